import { BATCH_NORM_EPSILON, type NetworkConfig } from '../../../engine/network/index.ts';

/** One stage of two channels, one block: small enough to be written out in loops. */
export const tiny: NetworkConfig = { inputSize: 8, widths: [2], blocks: 1, classes: 3 };

/** [channel][pixel]. */
type Map = number[][];

/** Weights by their names; those of the engine, or numbers of double precision. */
type PlainWeights = Readonly<Record<string, { data: ArrayLike<number> }>>;

/** A 3 × 3 convolution with padding 1, by its definition. */
function convolve(input: Map, kernel: ArrayLike<number>, outputs: number, side: number, stride: number): Map {
  const small = side / stride;
  return Array.from({ length: outputs }, (_, o) =>
    Array.from({ length: small * small }, (_pixel, p) => {
      const [y, x] = [Math.floor(p / small) * stride, (p % small) * stride];
      let sum = 0;
      input.forEach((channel, c) => {
        for (let k = 0; k < 9; k++) {
          const [row, column] = [y + Math.floor(k / 3) - 1, x + (k % 3) - 1];
          if (row < 0 || column < 0 || row >= side || column >= side) continue;
          sum += (kernel[(o * input.length + c) * 9 + k] ?? NaN) * (channel[row * side + column] ?? NaN);
        }
      });
      return sum;
    }),
  );
}

/** Mean cross-entropy of pictures [3 · 64 samples each] by the network {@link tiny}, in plain numbers. */
export function plainLoss(
  weights: PlainWeights,
  pictures: readonly (readonly number[])[],
  labels: readonly number[],
  mode: 'training' | 'evaluation',
): number {
  const data = (name: string): ArrayLike<number> => weights[name]?.data ?? [];
  const normalize = (name: string, maps: Map[]): Map[] => {
    const channels = maps[0]?.length ?? 0;
    const out: Map[] = maps.map(() => []);
    for (let c = 0; c < channels; c++) {
      const all = maps.flatMap((map) => map[c] ?? []);
      const ownMean = all.reduce((sum, v) => sum + v, 0) / all.length;
      const ownVariance = all.reduce((sum, v) => sum + (v - ownMean) ** 2, 0) / all.length;
      const mean = mode === 'training' ? ownMean : (data(`${name}.mean`)[c] ?? NaN);
      const variance = mode === 'training' ? ownVariance : (data(`${name}.variance`)[c] ?? NaN);
      const scale = (data(`${name}.scale`)[c] ?? NaN) / Math.sqrt(variance + BATCH_NORM_EPSILON);
      maps.forEach((map, i) => {
        out[i]?.push((map[c] ?? []).map((v) => (v - mean) * scale + (data(`${name}.shift`)[c] ?? NaN)));
      });
    }
    return out;
  };
  const layer = (name: string, maps: Map[], side: number, stride: number): Map[] =>
    normalize(
      name,
      maps.map((map) => convolve(map, data(`${name}.weight`), 2, side, stride)),
    );
  const relu = (maps: Map[]): Map[] => maps.map((map) => map.map((channel) => channel.map((v) => Math.max(0, v))));

  const input = pictures.map((picture) =>
    [0, 1, 2].map((c) => picture.slice(c * 64, (c + 1) * 64).map((v) => 4 * (v - 0.5))),
  );
  const stem = relu(layer('stem', input, 8, 2));
  const inside = layer('stage0.block0.second', relu(layer('stage0.block0.first', stem, 4, 1)), 4, 1);
  const last = relu(
    inside.map((map, i) => map.map((channel, c) => channel.map((v, p) => v + (stem[i]?.[c]?.[p] ?? NaN)))),
  );
  const losses = last.map((map, i) => {
    const features = map.map((channel) => channel.reduce((sum, v) => sum + v, 0) / channel.length);
    const logits = [0, 1, 2].map(
      (k) =>
        (data('classifier.bias')[k] ?? NaN) +
        features.reduce((sum, f, c) => sum + f * (data('classifier.weight')[c * 3 + k] ?? NaN), 0),
    );
    return Math.log(logits.reduce((sum, v) => sum + Math.exp(v), 0)) - (logits[labels[i] ?? 0] ?? NaN);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** The gradient of a function of numbers by central differences. */
export function numericalGradient(f: (x: number[]) => number, at: readonly number[], step = 1e-5): number[] {
  return at.map((value, i) => {
    const moved = [...at];
    moved[i] = value + step;
    const up = f(moved);
    moved[i] = value - step;
    return (up - f(moved)) / (2 * step);
  });
}
