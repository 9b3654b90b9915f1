import type { PhotoLibrary, VipsImage } from './library.ts';
import type { CopyFormat, RenderOptions } from './types.ts';

/** File name extension of each format that we write, without the dot. */
export const extensionOf: Readonly<Record<CopyFormat, string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  tiff: 'tif',
  avif: 'avif',
};

/**
 * EXIF, XMP, IPTC and ICC, as libvips' flags 1, 2, 4 and 8: what is left of them is decided before, by the metadata
 * policy. Written as a number because the library's own constants are objects, which cannot be combined.
 */
const keep = 1 | 2 | 4 | 8;

/** For measurements: the copy's own samples, at full size, in a file that keeps them. */
export const LOSSLESS: RenderOptions = {
  format: 'png',
  quality: 100,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'strip', xmp: 'strip' },
};

/** Whether the file will hold exactly the samples that it is given. */
export function isLossless(format: CopyFormat, quality: number, bitDepth: 8 | 16): boolean {
  if (format === 'png' || format === 'tiff') return true;
  return format !== 'jpeg' && quality >= 100 && bitDepth === 8;
}

/** Bits a sample that a copy of this format has, for a photo of `bitDepth`. */
export function copyBitDepth(format: CopyFormat, bitDepth: 8 | 16): 8 | 16 {
  return format === 'png' || format === 'tiff' || format === 'avif' ? bitDepth : 8;
}

/**
 * Writes the image with all the metadata that it carries.
 * @param quality 1 to 100; 100 means lossless for WebP and AVIF; JPEG keeps full colour resolution from 90 on.
 */
export function encode(
  image: VipsImage,
  target: InstanceType<PhotoLibrary['Target']>,
  format: CopyFormat,
  quality: number,
): void {
  const deep = image.format === 'ushort';
  const lossless = quality >= 100;
  switch (format) {
    case 'jpeg':
      image.jpegsaveTarget(target, { Q: quality, subsample_mode: quality >= 90 ? 'off' : 'on', keep });
      break;
    case 'png':
      // Grain does not compress: more effort takes twice the time for two percent.
      image.pngsaveTarget(target, { compression: 4, filter: 'paeth', bitdepth: deep ? 16 : 8, palette: false, keep });
      break;
    case 'webp':
      image.webpsaveTarget(
        target,
        lossless ? { lossless, exact: true, effort: 0, keep } : { Q: quality, effort: 4, keep },
      );
      break;
    case 'tiff':
      image.tiffsaveTarget(target, { compression: 'deflate', predictor: 'horizontal', keep });
      break;
    case 'avif':
      image.heifsaveTarget(target, {
        compression: 'av1',
        bitdepth: deep ? 10 : 8,
        // On grain, more effort takes three and six times as long for files of the same size.
        effort: 0,
        ...(lossless ? { lossless: true } : { Q: quality, subsample_mode: quality >= 90 ? 'off' : 'on' }),
        keep,
      });
      break;
  }
}
