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

/** A PNG's text, by a keyword without spaces, as libvips names it where the PNG has no other. */
const textField = (keyword: string): string => `png-comment-0-${keyword}`;

/**
 * The picture as an 8-bit RGB PNG, as small as it gets.
 * @param text to write with it under a keyword: 1 to 79 printable ASCII characters without spaces
 */
export async function pngOf(picture: Rgb, text?: { keyword: string; value: string }): Promise<Uint8Array> {
  const vips = await photoLibrary();
  return withHandles((own) => {
    const image = imageOf(vips, own, picture);
    if (text) image.setString(textField(text.keyword), text.value);
    return image.pngsaveBuffer({ compression: 9, bitdepth: 8, palette: false, keep: text ? 'other' : 'none' });
  });
}

/** The text that {@link pngOf} wrote under a keyword; null where there is none. */
export function pngText(image: VipsImage, keyword: string): string | null {
  const field = textField(keyword);
  return image.getTypeof(field) === 0 ? null : image.getString(field);
}
