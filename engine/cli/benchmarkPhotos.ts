import { UserError } from '../errors.ts';
import { readCanvas, type Canvas } from '../photo/index.ts';
import { CANVAS_SIZE } from '../protect/index.ts';
import { existingFolder, photosBelow } from './folders.ts';
import { say } from './output.ts';

/**
 * The photos below a folder as the noise sees them, at most `count`, taken evenly from all; those that cannot be read
 * are told and left out.
 * @throws UserError when none is left
 */
export async function canvasesBelow(folder: string, count: number): Promise<Canvas[]> {
  const all = (await photosBelow(await existingFolder(folder), [])).sort();
  const taken = all.filter((_, n) => Math.floor((n * count) / all.length) > Math.floor(((n - 1) * count) / all.length));
  const canvases: Canvas[] = [];
  for (const photo of taken) {
    try {
      canvases.push(await readCanvas(photo, CANVAS_SIZE));
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      say(`Left out: ${thrown.message}`);
    }
  }
  if (canvases.length > 0) return canvases;
  throw new UserError('bad-setting', `No photo in ${folder} could be read.`, 'Name a folder that holds some.');
}
