import { nameOf, photoError } from '../files/index.ts';
import { decodeFailure, multiPageError } from './failure.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { InputFile } from './input.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { MAX_PIXELS } from './limits.ts';
import { orientationOf } from './orientation.ts';
import type { Orientation } from './orientation.ts';
import { takenAt } from './takenAt.ts';
import { extraIsAlpha, readTiffStructure } from './tiffDirectory.ts';

/** What a photo's header says about its pixels. */
export interface PhotoHeader {
  /** Pixels as stored. */
  width: number;
  height: number;
  orientation: Orientation;
  bitDepth: 8 | 16;
  colour: 'rgb' | 'grey' | 'cmyk';
  hasAlpha: boolean;
  /** A channel beyond the colours that is not transparency, such as a selection saved in a TIFF: not part of the picture. */
  hasOtherChannel: boolean;
  hasProfile: boolean;
  /** EXIF DateTimeOriginal as `YYYY-MM-DDTHH:MM:SS`, or null. */
  takenAt: string | null;
}

/** JPEG can be decoded at a half, a quarter or an eighth of its size for less than the whole price. */
export type Shrink = 1 | 2 | 4 | 8;

/**
 * Reads the photo's header and refuses what cannot be decoded; no pixel is decoded.
 * @throws UserError `corrupt`, `too-large`, `multi-page` or `unsupported`.
 */
export function readHeader(vips: PhotoLibrary, input: InputFile): PhotoHeader {
  return withHandles((own) => {
    const image = openPixels(vips, input, own);
    const { width, height } = image;
    if (width * height > MAX_PIXELS) {
      throw photoError(
        'too-large',
        input.path,
        `${nameOf(input.path)} says it has ${Math.round((width * height) / 1e6)} megapixels; up to ${MAX_PIXELS / 1e6} can be protected.`,
        'Save a smaller version of it and use that one.',
      );
    }
    // TIFF's pages were counted before; here its thumbnails would count as pages.
    if (input.format !== 'tiff' && intField(image, 'n-pages', 1) > 1) {
      throw multiPageError(input.path, 'holds several pictures');
    }
    return {
      width,
      height,
      orientation: orientationOf(intField(image, 'orientation', 1)),
      hasProfile: image.getTypeof('icc-profile-data') !== 0,
      takenAt: takenAt(input, image),
      ...kindOf(input, image),
    };
  });
}

/**
 * Opens the photo for one pass over its stored pixels from top to bottom, JPEG at a fraction of its size if so
 * wanted. Damage is an error, never grey filling: in JPEG, whose decoder only warns about it, every warning counts.
 */
export function openPixels(vips: PhotoLibrary, input: InputFile, own: Own, shrink: Shrink = 1): VipsImage {
  const source = input.source(vips, own);
  const options = { access: 'sequential', fail_on: 'error' };
  return decoding(input, () => {
    // The loader is named, not guessed: a JPEG with a gain map must open as the JPEG that it is.
    switch (input.format) {
      case 'jpeg':
        return own(vips.Image.jpegloadSource(source, { access: 'sequential', fail_on: 'warning', shrink }));
      case 'png':
        return own(vips.Image.pngloadSource(source, options));
      case 'webp':
        return own(vips.Image.webploadSource(source, options));
      case 'tiff':
        return own(vips.Image.tiffloadSource(source, options));
      case 'avif':
        return own(vips.Image.heifloadSource(source, options));
    }
  });
}

/** As {@link openPixels}, of the picture alone: without a channel that is neither colour nor transparency. */
export function openPicture(
  vips: PhotoLibrary,
  input: InputFile,
  own: Own,
  photo: Pick<PhotoHeader, 'hasOtherChannel'>,
  shrink: Shrink = 1,
): VipsImage {
  const pixels = openPixels(vips, input, own, shrink);
  return photo.hasOtherChannel ? own(pixels.extractBand(0, { n: pixels.bands - 1 })) : pixels;
}

/**
 * Runs something that pulls pixels of the photo, and says in words what went wrong with them. A disk that failed
 * comes before the damage that the decoder then sees, or does not see.
 */
export function decoding<T>(input: InputFile, work: () => T): T {
  let result: T;
  try {
    result = work();
  } catch (thrown) {
    input.check();
    throw decodeFailure(input.path, thrown);
  }
  input.check();
  return result;
}

/** A whole-number field of the header. */
function intField(image: VipsImage, name: string, otherwise: number): number {
  return image.getTypeof(name) === 0 ? otherwise : image.getInt(name);
}

function kindOf(
  input: InputFile,
  image: VipsImage,
): Pick<PhotoHeader, 'bitDepth' | 'colour' | 'hasAlpha' | 'hasOtherChannel'> {
  const { bands, format, interpretation } = image;
  // libvips takes any channel beyond the colours for transparency.
  const hasExtra = image.hasAlpha();
  const colours = bands - (hasExtra ? 1 : 0);
  const bitDepth = format === 'uchar' ? 8 : format === 'ushort' ? 16 : null;
  const colour =
    interpretation === 'cmyk' && colours === 4
      ? 'cmyk'
      : ['srgb', 'rgb', 'rgb16'].includes(interpretation) && colours === 3
        ? 'rgb'
        : ['b-w', 'grey16'].includes(interpretation) && colours === 1
          ? 'grey'
          : null;
  if (bitDepth === null || colour === null) {
    throw photoError(
      'unsupported',
      input.path,
      `${nameOf(input.path)} stores its colours in a way that Stillgrain does not read.`,
      'Save it as RGB with 8 or 16 bits a channel and without extra channels.',
    );
  }
  const tiff = hasExtra && input.format === 'tiff' ? readTiffStructure(input.readAt) : null;
  const hasOtherChannel = tiff !== null && !extraIsAlpha(tiff);
  return { bitDepth, colour, hasAlpha: hasExtra && !hasOtherChannel, hasOtherChannel };
}
