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
  const scaled =
    units.width === width && units.height === height
      ? units
      : own(units.resize(width / units.width, { vscale: height / units.height, kernel: 'linear' }));
  const limit = Math.floor(noise.rhoU * unitsPer255(bitDepth));
  const whole = own(own(scaled.rint()).clamp({ min: -limit, max: limit }));
  return own(whole.cast('short'));
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
