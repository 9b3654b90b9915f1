import type { Own } from './handles.ts';
import type { VipsImage } from './library.ts';
import type { PhotoHeader } from './open.ts';

/** The image's colour channels alone, and the channel beyond them (null when there is none). */
export function splitExtra(
  own: Own,
  image: VipsImage,
  hasExtra: boolean,
): { colour: VipsImage; extra: VipsImage | null } {
  if (!hasExtra) return { colour: image, extra: null };
  return {
    colour: own(image.extractBand(0, { n: image.bands - 1 })),
    extra: own(image.extractBand(image.bands - 1)),
  };
}

/** The image on white, without its alpha. */
export function onWhite(own: Own, image: VipsImage, hasAlpha: boolean): VipsImage {
  if (!hasAlpha) return image;
  const white = image.format === 'ushort' ? 65535 : 255;
  const flat = own(image.flatten({ background: white, max_alpha: white }));
  return flat.format === image.format ? flat : own(flat.cast(image.format));
}

/** 16-bit samples as 8-bit ones (their high byte), 8-bit ones as they are. */
export function to8Bit(own: Own, image: VipsImage): VipsImage {
  if (image.format === 'uchar') return image;
  const eight = own(image.cast('uchar', { shift: true }));
  return own(eight.copy({ interpretation: image.interpretation === 'grey16' ? 'b-w' : 'srgb' }));
}

/**
 * The image in sRGB by its ICC profile; without one, RGB is sRGB already, grey has sRGB's curve, and CMYK is taken
 * for the common press profile. Grey that has no profile stays one channel, all else becomes three; alpha is carried
 * along. `depth` is the bits a sample of what comes out.
 */
export function toSrgb(
  own: Own,
  image: VipsImage,
  photo: Pick<PhotoHeader, 'colour' | 'hasProfile'>,
  depth: 8 | 16,
): VipsImage {
  const as = { embedded: true, intent: 'relative', black_point_compensation: true, depth };
  if (photo.colour === 'cmyk') return own(image.iccTransform('srgb', { ...as, input_profile: 'cmyk' }));
  if (photo.hasProfile) {
    try {
      return own(image.iccTransform('srgb', as));
    } catch {
      // A profile that is damaged or for another kind of image says nothing: viewers ignore it too.
    }
  }
  return depth === 8 ? to8Bit(own, image) : image;
}

/**
 * The image in CIELAB: by the ICC profile that it carries, relative to that profile's white, else as sRGB (grey has
 * sRGB's curve).
 */
export function toLab(own: Own, image: VipsImage, hasProfile: boolean): VipsImage {
  if (hasProfile) {
    try {
      return own(image.iccImport({ embedded: true, intent: 'relative', pcs: 'lab' }));
    } catch {
      // As in toSrgb: a profile that says nothing is ignored.
    }
  }
  return own(image.colourspace('lab'));
}
