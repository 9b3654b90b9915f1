import { to8Bit, toSrgb } from './colour.ts';
import { withInput } from './input.ts';
import type { InputFile } from './input.ts';
import { photoLibrary } from './library.ts';
import { decoding, openPicture, readHeader } from './open.ts';
import type { PhotoHeader } from './open.ts';
import { toUpright } from './orientation.ts';

/** A picture that a browser can show, upright and in its right colours. */
export interface Viewable {
  bytes: Uint8Array;
  mime: string;
}

/**
 * What a browser shows for a photo: the file's own bytes where it shows the format rightly, else an upright 8-bit
 * sRGB PNG (TIFF, CMYK, 16 bits, an orientation tag that it would not obey).
 * @throws UserError for everything that cannot be opened or, where it is converted, decoded.
 */
export async function makeViewable(path: string): Promise<Viewable> {
  const vips = await photoLibrary();
  return withInput(path, (input, own) => {
    const photo = readHeader(vips, input);
    if (shownByBrowsers(input, photo)) return { bytes: input.readAt(0, input.size), mime: `image/${input.format}` };
    const bytes = decoding(input, () => {
      const rgb = to8Bit(own, toSrgb(own, openPicture(vips, input, own, photo), photo, 8));
      const upright = photo.orientation === 1 ? rgb : toUpright(own, own(rgb.copyMemory()), photo.orientation);
      return upright.pngsaveBuffer({ compression: 2, filter: 'sub', bitdepth: 8, keep: 'none' });
    });
    return { bytes, mime: 'image/png' };
  });
}

/** Chromium turns JPEG, PNG and AVIF by their orientation, but not WebP. */
function shownByBrowsers(input: InputFile, photo: PhotoHeader): boolean {
  if (input.format === 'tiff' || photo.colour === 'cmyk') return false;
  if (input.format === 'png') return photo.bitDepth === 8;
  return input.format !== 'webp' || photo.orientation === 1;
}
