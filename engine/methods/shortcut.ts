import { Random } from '../random/index.ts';
import { wholeLevels, type NoiseTask } from './task.ts';

export interface ShortcutSettings {
  /** ρ_u in units of 1/255. */
  rhoU: number;
  /** Side of the squares of one colour, in pixels. */
  patch: number;
  /** Distance of the class centres from 0 along each axis, in deviations of what is spread about them. */
  separation: number;
}

/**
 * SC, synthesized shortcuts (Yu et al., Availability Attacks Create Shortcuts, KDD 2022, Algorithm 1): linearly
 * separable points, each coordinate repeated into a square of pixels. The points are those of Guyon's generator, as
 * the paper has them: every class has a corner of a hypercube and spreads about it as a randomly mixed Gaussian. The
 * paper bounds the Euclidean norm as if every sample had ρ_u; what exceeds ρ_u is clipped here.
 * @returns [count, 3, size, size] in levels of 1/255
 */
export function shortcutNoise({ pictures, seed, hooks }: NoiseTask, settings: ShortcutSettings): Int8Array {
  const { rhoU, patch, separation } = settings;
  const { count, size, labels, classes } = pictures;
  const across = Math.ceil(size / patch);
  const features = 3 * across * across;
  const random = new Random(seed);
  const corners = distinctCorners(classes, features, random);
  const mixings = corners.map(() => random.uniform(features * features, 1));
  const noise = new Int8Array(count * 3 * size * size);
  for (let n = 0; n < count; n++) {
    const label = labels[n] ?? 0;
    const point = spread(corners[label] ?? new Float64Array(features), mixings[label], separation, random);
    const picture = new Float64Array(3 * size * size);
    for (let i = 0; i < picture.length; i++) {
      const [channel, y, x] = [Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size];
      const feature = (channel * across + Math.floor(y / patch)) * across + Math.floor(x / patch);
      picture[i] = point[feature] ?? 0;
    }
    const deviation = Math.sqrt(picture.reduce((sum, sample) => sum + sample * sample, 0) / picture.length);
    const scaled = picture.map((sample) => (sample / deviation) * (rhoU / 255));
    noise.set(wholeLevels(scaled, rhoU), n * picture.length);
    hooks?.onProgress?.((n + 1) / count);
  }
  return noise;
}

/** Corners of the hypercube {−1, 1}^features, a different one for each class. */
function distinctCorners(classes: number, features: number, random: Random): Float64Array[] {
  if (classes > 2 ** features) throw new RangeError(`${features} coordinates cannot tell ${classes} classes apart`);
  const found = new Map<string, Float64Array>();
  while (found.size < classes) {
    const corner = Float64Array.from({ length: features }, () => (random.chance(0.5) ? 1 : -1));
    found.set(corner.join(), corner);
  }
  return [...found.values()];
}

/** corner · separation + A · z, with z standard normal. */
function spread(
  corner: Float64Array,
  mixing: Float32Array | undefined,
  separation: number,
  random: Random,
): Float64Array {
  const normal = corner.map(() => random.normal());
  return corner.map((side, row) => {
    const mixed = normal.reduce((sum, z, column) => sum + (mixing?.[row * corner.length + column] ?? 0) * z, 0);
    return side * separation + mixed;
  });
}

/** As good as nothing, in gradients of one picture. */
export const shortcutWork = (_settings: ShortcutSettings, count: number): number => count / 100;
