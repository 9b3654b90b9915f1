import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toFailure, UserError } from '../errors.ts';
import { replaceFile } from '../files/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { AlbumPictures } from './pictures.ts';
import type { TrainingRun } from './types.ts';

/** Raised when trainings of equal settings come out otherwise than before. */
const STRANGER_VERSION = 1;

const kept = z.object({
  seed: z.number(),
  accuracy: z.number(),
  curve: z.array(
    z.object({ epoch: z.number(), loss: z.number(), trainingAccuracy: z.number(), heldOutAccuracy: z.number() }),
  ),
  seconds: z.number(),
});

/**
 * What a runtime adds to the name of what is kept: runtimes do not agree to the last bit, and a result is labelled by the
 * one that made it. Nothing for the processor's. Names had no runtime once: what another one has kept in a folder from then
 * is taken for the processor's.
 */
export const runtimeInKey = ({ name }: Pick<Runtime, 'name'>): { runtime?: string } =>
  name === 'onnx/cpu' ? {} : { runtime: name };

/** Keeps finished trainings in a folder, so that an evaluation that was stopped goes on where it was. */
export interface RunStore {
  /** The training that was done before with equal pictures and settings, or what `train` answers, which is then kept. */
  run(how: unknown, pictures: readonly AlbumPictures[], train: () => Promise<TrainingRun>): Promise<TrainingRun>;
}

/**
 * @param folder is made when it is not there
 * @throws UserError when it cannot be made
 */
export async function openRunStore(folder: string): Promise<RunStore> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new UserError('read-only', `The folder ${folder} could not be made.`, 'Choose another folder.', { cause });
  }
  const digests = new WeakMap<AlbumPictures, string>();
  return {
    run: async (how, pictures, train) => {
      const digest = createHash('sha256').update(JSON.stringify([STRANGER_VERSION, how]));
      for (const each of pictures) digest.update(digestOf(each, digests));
      const path = join(folder, `${digest.digest('hex').slice(0, 32)}.json`);
      const before = await readRun(path);
      if (before) return before;
      const run = await train();
      try {
        await replaceFile(path, JSON.stringify(run));
      } catch (cause) {
        throw new UserError(
          toFailure(cause).code,
          `A finished training could not be kept in ${folder}.`,
          'Check that the folder can be written to and the disk is not full, then start again.',
          { cause },
        );
      }
      return run;
    },
  };
}

/** Null when there is none, or when it is damaged: then it is trained again. */
async function readRun(path: string): Promise<TrainingRun | null> {
  try {
    return kept.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

function digestOf(pictures: AlbumPictures, known: WeakMap<AlbumPictures, string>): string {
  const before = known.get(pictures);
  if (before !== undefined) return before;
  const { pixels, labels, sizes } = pictures;
  const digest = createHash('sha256')
    .update(pixels)
    .update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
    .update(JSON.stringify(sizes))
    .digest('hex');
  known.set(pictures, digest);
  return digest;
}
