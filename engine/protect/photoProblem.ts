import type { Canvas } from '../photo/index.ts';
import {
  classFilter,
  maskingMap,
  photoNoiseSettings,
  startingNoise,
  type NoiseProblem,
  type NoiseSettings,
} from '../sem/index.ts';
import type { Generator } from './generator.ts';
import type { ProtectionSettings } from './types.ts';

/** The working size of a photo: coarse enough that the noise survives downscaling. */
export const CANVAS_SIZE = { shortEdge: 64, longEdge: 128 } as const;

/** A photo in its frame, the noise that it starts from and what it may use of ρ_u. */
export function photoProblem(
  { filters }: Pick<Generator, 'filters'>,
  canvas: Canvas,
  { rhoU, targetClass, masking }: ProtectionSettings,
): NoiseProblem & { budget: Float32Array } {
  const frame = CANVAS_SIZE.longEdge;
  const x = framed(canvas, frame);
  return {
    x,
    delta: startingNoise(classFilter(filters, targetClass), rhoU, x, frame, canvas),
    budget: maskingMap(x, frame, canvas, masking),
    sizes: [canvas],
    labels: [targetClass],
  };
}

/**
 * A photo's settings but for views without JPEG, so that every runtime's gradient is the same: JPEG's rounding would
 * make a whole step of the least difference in arithmetic.
 */
export function comparableSettings(rhoU: number): NoiseSettings {
  const settings = photoNoiseSettings(rhoU);
  return { ...settings, distribution: { ...settings.distribution, jpegProbability: 0 } };
}

/** The canvas in the upper left of a [3, frame, frame] array. */
function framed({ pixels, width, height }: Canvas, frame: number): Float32Array {
  const x = new Float32Array(3 * frame * frame);
  for (let channel = 0; channel < 3; channel++) {
    for (let row = 0; row < height; row++) {
      const from = (channel * height + row) * width;
      x.set(pixels.subarray(from, from + width), (channel * frame + row) * frame);
    }
  }
  return x;
}
