import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import { photoLibrary } from './library.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import type { Rgb } from './types.ts';

/** Pixels in memory as an image of libvips. */
export function imageOf(vips: PhotoLibrary, own: Own, { samples, width, height }: Rgb): VipsImage {
  const plain = own(vips.Image.newFromMemory(samples, width, height, 3, vips.BandFormat.uchar));
  return own(plain.copy({ interpretation: 'srgb' }));
}

/** The pixels of an 8-bit sRGB image. */
export function rgbOf(image: VipsImage): Rgb {
  const { buffer, byteOffset, byteLength } = image.writeToMemory();
  return { samples: new Uint8Array(buffer, byteOffset, byteLength), width: image.width, height: image.height };
}

/** The picture as an 8-bit RGB PNG, as small as it gets. */
export async function pngOf(picture: Rgb): Promise<Uint8Array> {
  const vips = await photoLibrary();
  return withHandles((own) =>
    imageOf(vips, own, picture).pngsaveBuffer({ compression: 9, bitdepth: 8, palette: false, keep: 'none' }),
  );
}
