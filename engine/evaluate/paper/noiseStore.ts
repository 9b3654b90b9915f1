import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toFailure, UserError } from '../../errors.ts';
import { replaceFile } from '../../files/index.ts';

/** Raised when noise of equal settings comes out otherwise than before. */
const NOISE_VERSION = 1;

/** A noise, [count, 3, size, size] in levels of 1/255, with how long it took to make. */
export interface KeptNoise {
  noise: Int8Array;
  seconds: number;
}

/** Bytes before the samples: the seconds. */
const HEADER = 8;

/**
 * Keeps finished noises in a folder, each under a name that stands for everything it depends on. The folder is there
 * already.
 */
export class NoiseStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The noise that was made before by equal settings, or what `make` answers, which is then kept.
   * @param title begins the name, for people
   * @param how everything that the noise depends on
   * @param length of the noise that is expected; another one is made again
   * @param make is given a folder that is there until the noise is finished, for checkpoints
   */
  async noise(
    title: string,
    how: unknown,
    length: number,
    make: (checkpointFolder: string) => Promise<KeptNoise>,
  ): Promise<KeptNoise> {
    const digest = createHash('sha256')
      .update(JSON.stringify([NOISE_VERSION, how]))
      .digest('hex')
      .slice(0, 32);
    const path = join(this.#folder, `${title}-${digest}.noise`);
    const before = await readNoise(path, length);
    if (before) return before;
    const checkpoint = `${path}.checkpoint`;
    try {
      await mkdir(checkpoint, { recursive: true });
      const made = await make(checkpoint);
      await replaceFile(path, encoded(made));
      await rm(checkpoint, { recursive: true, force: true });
      return made;
    } catch (cause) {
      if (cause instanceof UserError || !(cause instanceof Error && 'code' in cause)) throw cause;
      throw new UserError(
        toFailure(cause).code,
        `A noise could not be kept in ${this.#folder}.`,
        'Check that the folder can be written to and the disk is not full, then start again.',
        { cause },
      );
    }
  }
}

function encoded({ noise, seconds }: KeptNoise): Uint8Array {
  const bytes = new Uint8Array(HEADER + noise.length);
  new DataView(bytes.buffer).setFloat64(0, seconds, true);
  bytes.set(new Uint8Array(noise.buffer, noise.byteOffset, noise.length), HEADER);
  return bytes;
}

/** Null when there is none, or when it is not as long as it should be: then it is made again. */
async function readNoise(path: string, length: number): Promise<KeptNoise | null> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes?.length !== HEADER + length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { seconds: view.getFloat64(0, true), noise: new Int8Array(bytes.subarray(HEADER)) };
}
