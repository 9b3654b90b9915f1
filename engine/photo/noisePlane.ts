import type { Own } from './handles.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { toStored } from './orientation.ts';
import type { Orientation } from './orientation.ts';
import type { NoiseCanvas } from './types.ts';

/** Sample units in one 1/255: 1 at 8 bits, 257 at 16 (65535 = 255 · 257). */
export function unitsPer255(bitDepth: 8 | 16): number {
  return bitDepth === 8 ? 1 : 257;
}

/**
 * The noise over a picture of `width` × `height` pixels as stored: one channel of whole sample units (format `short`),
 * turned as the orientation tag asks, scaled bilinearly (by triangle-weighted means when it becomes smaller, so it
 * never overshoots), and within ±ρ_u also after rounding.
 */
export function noisePlane(
  vips: PhotoLibrary,
  own: Own,
  noise: NoiseCanvas,
  orientation: Orientation,
  width: number,
  height: number,
  bitDepth: 8 | 16,
): VipsImage {
  const samples = own(vips.Image.newFromMemory(noise.samples, noise.width, noise.height, 1, vips.BandFormat.char));
  const stored = toStored(own, samples, orientation);
  const units = own(stored.linear((noise.rhoU / 127) * unitsPer255(bitDepth), 0));
  const scaled = scaleNoise(vips, own, units, width, height);
  const limit = Math.floor(noise.rhoU * unitsPer255(bitDepth));
  const whole = own(own(scaled.rint()).clamp({ min: -limit, max: limit }));
  return own(whole.cast('short'));
}

/** The plane at another size; neither step can overshoot. */
function scaleNoise(vips: PhotoLibrary, own: Own, plane: VipsImage, width: number, height: number): VipsImage {
  const across = Math.min(1, width / plane.width);
  const down = Math.min(1, height / plane.height);
  const small = across === 1 && down === 1 ? plane : own(plane.resize(across, { vscale: down, kernel: 'linear' }));
  if (small.width === width && small.height === height) return small;
  // Not `resize`: when it enlarges, it is half a pixel off (8.18). Here pixel centres fall on pixel centres.
  const scale = { x: width / small.width, y: height / small.height };
  return own(
    small.affine([scale.x, 0, 0, scale.y], {
      interpolate: own(vips.Interpolate.newFromName('bilinear')),
      oarea: [0, 0, width, height],
      idx: 0.5 - 0.5 / scale.x,
      idy: 0.5 - 0.5 / scale.y,
      extend: 'copy',
    }),
  );
}

/**
 * Photo + noise: the noise is added to every colour channel and the sum clipped to the samples' range. `alpha` is
 * not touched; where it is zero the colours stay as they are, because nobody sees them.
 */
export function addNoise(own: Own, colour: VipsImage, alpha: VipsImage | null, plane: VipsImage): VipsImage {
  const sum = own(own(colour.add(plane)).cast(colour.format));
  const visible = alpha ? own(own(alpha.equal(0)).ifthenelse(colour, sum)) : sum;
  return own(visible.copy({ interpretation: colour.interpretation }));
}
