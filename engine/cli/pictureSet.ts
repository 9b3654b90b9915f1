import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { scanFolder } from '../files/index.ts';
import { readCanvas } from '../photo/index.ts';
import { Random } from '../random/index.ts';
import type { PictureSet } from '../sem/index.ts';
import { progressLine, say } from './output.ts';

export interface PictureSetOptions {
  /** Side in pixels: pictures are scaled to it and cropped at their centre. */
  size: number;
  training: number;
  held: number;
  seed: number;
  signal: AbortSignal;
}

/**
 * A random choice of the pictures below a folder, in memory: to train on, and to test on.
 * @throws UserError when there are too few that can be read, 'cancelled' when aborted
 */
export async function loadPictureSet(
  folder: string,
  { size, training, held, seed, signal }: PictureSetOptions,
): Promise<{ training: PictureSet; held: PictureSet }> {
  const paths: string[] = [];
  for await (const found of scanFolder(folder)) if (found.kind === 'file') paths.push(found.path);
  const wanted = training + held;
  if (paths.length < wanted) throw tooFew(folder, `holds ${paths.length} pictures`, training, held);
  const order = new Random(seed).permutation(paths.length);
  const length = 3 * size * size;
  const pixels = new Uint8Array(wanted * length);
  const line = progressLine(wanted, 'Reading pictures');
  let count = 0;
  let unreadable = 0;
  for (const index of order) {
    if (count === wanted) break;
    // Decoding keeps the thread: without a pause nobody would hear Ctrl-C.
    if ((count + unreadable) % 16 === 0) await setImmediate();
    if (signal.aborted) throw new UserError('cancelled', 'Reading the pictures was cancelled.', 'Start it again.');
    try {
      pixels.set(
        square(await readCanvas(paths[index] ?? '', { shortEdge: size, longEdge: 4 * size }), size),
        count * length,
      );
      count++;
      line.update(count, `${unreadable} unreadable`);
    } catch {
      unreadable++; // Told in sum below; a damaged picture in a large set is not worth a stop.
    }
  }
  line.stop();
  if (unreadable > 0) say(`${unreadable} pictures could not be read and were left out.`);
  if (count < wanted) throw tooFew(folder, `holds ${count} pictures that can be read`, training, held);
  return {
    held: { count: held, size, pixels: pixels.subarray(0, held * length), labels: null },
    training: { count: training, size, pixels: pixels.subarray(held * length), labels: null },
  };
}

const tooFew = (folder: string, holds: string, training: number, held: number): UserError =>
  new UserError(
    'bad-setting',
    `${folder} ${holds}, fewer than the ${training} to train on and ${held} to test on.`,
    'Name a larger folder, or ask for fewer with --pictures and --held.',
  );

/** The centre of a canvas as [3, size, size], 0 to 255; a canvas that is too narrow is repeated at its edge. */
function square(
  { pixels, width, height }: { pixels: Float32Array; width: number; height: number },
  size: number,
): Uint8Array {
  const out = new Uint8Array(3 * size * size);
  const left = Math.floor((width - size) / 2);
  const top = Math.floor((height - size) / 2);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < size; y++) {
      const row = Math.min(height - 1, Math.max(0, y + top));
      for (let x = 0; x < size; x++) {
        const column = Math.min(width - 1, Math.max(0, x + left));
        out[(channel * size + y) * size + x] = Math.round(
          255 * (pixels[(channel * height + row) * width + column] ?? 0),
        );
      }
    }
  }
  return out;
}
