import { writeAtomically } from './atomicWrite.ts';
import { withHandles } from './handles.ts';
import { photoLibrary } from './library.ts';
import { imageOf } from './rgb.ts';
import type { Rgb } from './types.ts';

/**
 * Writes pixels as a PNG whole or not at all, in place of a file of that name.
 * @throws UserError when the disk does not take it.
 */
export async function writeRgb(path: string, picture: Rgb): Promise<void> {
  const vips = await photoLibrary();
  const png = withHandles((own) => imageOf(vips, own, picture).pngsaveBuffer({ compression: 9, keep: 'none' }));
  writeAtomically(path, (output) => {
    output.writeAt(0, png);
  });
}
