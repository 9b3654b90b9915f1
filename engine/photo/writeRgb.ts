import { writeAtomically } from './atomicWrite.ts';
import { withHandles } from './handles.ts';
import { photoLibrary } from './library.ts';
import type { Rgb } from './types.ts';

/**
 * Writes pixels as a PNG whole or not at all, in place of a file of that name.
 * @throws UserError when the disk does not take it.
 */
export async function writeRgb(path: string, { samples, width, height }: Rgb): Promise<void> {
  const vips = await photoLibrary();
  const png = withHandles((own) => {
    const plain = own(vips.Image.newFromMemory(samples, width, height, 3, vips.BandFormat.uchar));
    return own(plain.copy({ interpretation: 'srgb' })).pngsaveBuffer({ compression: 9, keep: 'none' });
  });
  writeAtomically(path, (output) => {
    output.writeAt(0, png);
  });
}
