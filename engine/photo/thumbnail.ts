import { toSrgb } from './colour.ts';
import { withInput } from './input.ts';
import { photoLibrary } from './library.ts';
import { decoding, openPicture, readHeader } from './open.ts';
import { toUpright } from './orientation.ts';
import { resample, shrinkFor } from './resample.ts';

/**
 * A small picture of the photo for a grid: WebP, upright, sRGB, long edge at most `edge` pixels (never enlarged),
 * without metadata.
 * @throws UserError for everything that cannot be decoded whole as one still photo.
 */
export async function makeThumbnail(path: string, edge: number): Promise<Uint8Array> {
  const vips = await photoLibrary();
  return withInput(path, (input, own) => {
    const photo = readHeader(vips, input);
    const scale = Math.min(1, edge / Math.max(photo.width, photo.height));
    const width = Math.max(1, Math.round(photo.width * scale));
    const height = Math.max(1, Math.round(photo.height * scale));
    const bytes = decoding(input, () => {
      const pixels = openPicture(vips, input, own, photo, shrinkFor(photo, width, height));
      const small = toSrgb(own, resample(own, pixels, photo.hasAlpha, width, height), photo, 8);
      const held = own(small.copyMemory());
      return toUpright(own, held, photo.orientation).webpsaveBuffer({ Q: 80, effort: 2, keep: 'none' });
    });
    return bytes;
  });
}
