import type { Own } from './handles.ts';
import type { VipsImage } from './library.ts';
import type { PhotoHeader, Shrink } from './open.ts';

/**
 * The image at exactly `width` × `height`: Lanczos when it becomes smaller, bicubic when larger, in its own colour
 * space and sample format. Transparent pixels do not bleed into their neighbours.
 */
export function resample(own: Own, image: VipsImage, hasAlpha: boolean, width: number, height: number): VipsImage {
  if (image.width === width && image.height === height) return image;
  const { format, interpretation } = image;
  const maxAlpha = format === 'ushort' ? 65535 : 255;
  const input = hasAlpha ? own(image.premultiply({ max_alpha: maxAlpha })) : image;
  const scaled = own(input.resize(width / image.width, { vscale: height / image.height, kernel: 'lanczos3' }));
  if (!hasAlpha) return scaled;
  const straight = own(scaled.unpremultiply({ max_alpha: maxAlpha }));
  return own(own(own(straight.rint()).cast(format)).copy({ interpretation }));
}

/**
 * How far a JPEG may be shrunk while it is decoded when `factor` of its size is wanted: the rest, at least a half, is
 * left to the better filter of {@link resample}.
 */
export function shrinkFor(photo: Pick<PhotoHeader, 'width' | 'height'>, width: number, height: number): Shrink {
  const spare = Math.min(photo.width / width, photo.height / height) / 2;
  return spare >= 8 ? 8 : spare >= 4 ? 4 : spare >= 2 ? 2 : 1;
}
