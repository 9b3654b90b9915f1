// Not through the index of views: that would load TensorFlow.js into every process that touches a photo.
import { LUMA } from '../views/luma.ts';
import type { CopyPlan } from './copyPlan.ts';
import type { Own } from './handles.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { toStored } from './orientation.ts';
import type { NoiseCanvas } from './types.ts';

/** Sample units in one 1/255: 1 at 8 bits, 257 at 16 (65535 = 255 · 257). */
export function unitsPer255(bitDepth: 8 | 16): number {
  return bitDepth === 8 ? 1 : 257;
}

/** ρ_u in whole sample units: what no sample of a copy may differ by more than. */
export function limitOf(noise: NoiseCanvas, bitDepth: 8 | 16): number {
  return Math.floor(noise.rhoU * unitsPer255(bitDepth));
}

/**
 * The noise over a copy's pixels as stored: `bands` channels of whole sample units, turned as the orientation tag
 * asks, scaled bilinearly (by triangle-weighted means when it becomes smaller, so it never overshoots), and within
 * ±ρ_u also after rounding. For 8-bit samples it is as small as they are (format `char`), because it may be held.
 * @param bands 3: R, G and B; 1: for a grey picture, the luma of the noise
 */
export function noisePlane(
  vips: PhotoLibrary,
  own: Own,
  noise: NoiseCanvas,
  plan: Pick<CopyPlan, 'orientation' | 'width' | 'height' | 'bitDepth'>,
  bands: 1 | 3,
): VipsImage {
  const samples = own(vips.Image.newFromMemory(noise.samples, noise.width, noise.height, 3, vips.BandFormat.char));
  // Before rounding, and before there are many pixels. The shares add up to 1, so that it stays within ±ρ_u.
  const channels = bands === 3 ? samples : own(samples.recomb(own(vips.Image.newFromArray([...LUMA]))));
  const stored = toStored(own, channels, plan.orientation);
  const units = own(stored.linear((noise.rhoU / 127) * unitsPer255(plan.bitDepth), 0));
  const scaled = scaleNoise(vips, own, units, plan.width, plan.height);
  const limit = limitOf(noise, plan.bitDepth);
  const whole = own(own(scaled.rint()).clamp({ min: -limit, max: limit }));
  return own(whole.cast(limit <= 127 ? 'char' : 'short'));
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
 * Photo + noise: each channel of the plane is added to its colour channel and the sum clipped to the samples' range.
 * `alpha` is not touched; where it is zero the colours stay as they are, because nobody sees them.
 */
export function addNoise(own: Own, colour: VipsImage, alpha: VipsImage | null, plane: VipsImage): VipsImage {
  const sum = own(own(colour.add(plane)).cast(colour.format));
  const visible = alpha ? own(own(alpha.equal(0)).ifthenelse(colour, sum)) : sum;
  return own(visible.copy({ interpretation: colour.interpretation }));
}
