import { writeAtomically } from './atomicWrite.ts';
import { pngOf } from './rgb.ts';
import type { Rgb } from './types.ts';

/**
 * Writes pixels as a PNG whole or not at all, in place of a file of that name.
 * @throws UserError when the disk does not take it.
 */
export async function writeRgb(path: string, picture: Rgb): Promise<void> {
  const png = await pngOf(picture);
  writeAtomically(path, (output) => {
    output.writeAt(0, png);
  });
}
