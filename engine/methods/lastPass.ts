import { foldBatchNorm, type NetworkConfig, type Weights } from '../network/index.ts';
import { Random } from '../random/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { arraysOf, compileNoise, picturesOf, stableNoise, type NoiseSettings } from '../sem/index.ts';
import { seedOfPart, wholeLevels, type LabelledPictures } from './task.ts';

/** A surrogate that has been trained. */
export interface Surrogate {
  network: NetworkConfig;
  weights: Weights;
}

/**
 * The last pass: the noise of every picture is made anew from a random start against the finished surrogate, batch by
 * batch, by Algorithm 1's lines 3 to 9.
 * @param labels the class that each picture's noise leads to
 * @param onProgress told after each batch how much is done, 0 to 1
 * @returns [count, 3, size, size] in levels of 1/255
 */
export async function lastPass(
  runtime: Runtime,
  { network, weights }: Surrogate,
  settings: NoiseSettings,
  batch: number,
  pictures: LabelledPictures,
  labels: ArrayLike<number>,
  seed: number,
  onProgress: (share: number) => void,
): Promise<Int8Array> {
  const { count, size } = pictures;
  const length = 3 * size * size;
  const geometry = { frame: size, size: network.inputSize };
  const shape = { pictures: batch, views: settings.views, geometry };
  const gradient = await compileNoise(runtime, network, shape, settings);
  const folded = arraysOf(foldBatchNorm(network, weights));
  const noise = new Int8Array(count * length);
  try {
    for (let first = 0; first < count; first += batch) {
      // The last batch is filled up with the last picture.
      const chosen = Array.from({ length: batch }, (_, i) => Math.min(first + i, count - 1));
      const random = new Random(seedOfPart(seed, first));
      const problem = {
        x: picturesOf(pictures, chosen),
        delta: random.uniform(batch * length, settings.rhoU / 255),
        sizes: chosen.map(() => ({ width: size, height: size })),
        labels: chosen.map((index) => labels[index] ?? 0),
      };
      await stableNoise(gradient, problem, settings, random, { weights: folded });
      const own = Math.min(batch, count - first);
      noise.set(wholeLevels(problem.delta.subarray(0, own * length), settings.rhoU), first * length);
      onProgress((first + own) / count);
    }
  } finally {
    await gradient.dispose();
  }
  return noise;
}
