import type { LabelledPictures, NoiseTask } from '../../../engine/methods/index.ts';
import { initialWeights, type Weights } from '../../../engine/network/index.ts';
import { Random } from '../../../engine/random/index.ts';
import type { Runtime } from '../../../engine/runtime/index.ts';
import { tiny } from './plainNetwork.ts';

/** Pictures of 8 × 8 pixels with something of their class in them, black and white samples among them. */
export function somePictures(count: number, seed = 5): LabelledPictures {
  const random = new Random(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const pixels = Uint8Array.from({ length: count * 192 }, (_, i) => {
    const label = labels[Math.floor(i / 192)] ?? 0;
    const sample = 128 + 60 * Math.sin((i % 64) * (label + 1)) + random.between(-100, 100);
    return Math.max(0, Math.min(255, sample));
  });
  return { count, size: 8, pixels, labels, classes: 3 };
}

/** Weights of the network `tiny` whose batch normalizations have seen something. */
export function someWeights(seed = 3): Weights {
  const random = new Random(seed);
  const weights = initialWeights(tiny, random);
  for (const [name, { data }] of Object.entries(weights)) {
    if (!/\.(mean|variance|scale|shift)$/.test(name)) continue;
    for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) + random.between(-0.3, 0.3);
  }
  return weights;
}

export const taskOf = (runtime: Runtime, seed: number, count = 7): NoiseTask => ({
  runtime,
  network: tiny,
  pictures: somePictures(count),
  seed,
});
