import { multiPageError, rawError } from './failure.ts';
import { pngChunks } from './pngChunks.ts';
import { isRawTiff, pictureCount, readTiffStructure } from './tiffDirectory.ts';
import type { ReadAt } from './tiffDirectory.ts';
import type { PhotoFormat } from './types.ts';

/**
 * Refuses what holds more than one picture (animations, several pages) and raw files that are TIFFs outside, from
 * the file's own structure and without decoding. A JPEG's previews and a TIFF's thumbnails are not pictures.
 * @throws UserError `multi-page` or `unsupported`.
 */
export function checkSinglePicture(path: string, format: PhotoFormat, readAt: ReadAt): void {
  if (format === 'tiff') {
    const tiff = readTiffStructure(readAt);
    if (tiff && isRawTiff(tiff)) throw rawError(path);
    if (tiff && pictureCount(tiff) > 1) throw multiPageError(path, 'has several pages');
  }
  const animated =
    (format === 'png' && isAnimatedPng(readAt)) ||
    (format === 'webp' && isAnimatedWebp(readAt)) ||
    (format === 'avif' && isAvifSequence(readAt));
  if (animated) throw multiPageError(path, 'is animated');
}

/** PNG: an animation control chunk of more than one frame before the first picture data. */
function isAnimatedPng(readAt: ReadAt): boolean {
  for (const { type, offset } of pngChunks(readAt)) {
    if (type === 'acTL') return Buffer.from(readAt(offset, 4)).readUInt32BE() > 1;
  }
  return false;
}

/** WebP: the animation flag of the extended header. */
function isAnimatedWebp(readAt: ReadAt): boolean {
  const head = readAt(12, 9);
  return String.fromCharCode(...head.subarray(0, 4)) === 'VP8X' && ((head[8] ?? 0) & 0x02) !== 0;
}

/** AVIF: the major brand says that the file is to be played, not shown. */
function isAvifSequence(readAt: ReadAt): boolean {
  return String.fromCharCode(...readAt(8, 4)) === 'avis';
}
