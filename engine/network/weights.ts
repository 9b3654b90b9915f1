import type { Random } from '../random/index.ts';
import { sizeOf } from '../runtime/runtime.ts';
import type { NetworkConfig } from './architecture.ts';
import { convolutionsOf, familyOf, othersOf } from './families/index.ts';

/** A named array with its shape. */
export interface Weight {
  shape: readonly number[];
  data: Float32Array;
}

/** All weights of a network by name, in PyTorch's orders: convolutions OIHW, the classifier [features, classes]. */
export type Weights = Record<string, Weight>;

/** ε of batch normalization. */
export const BATCH_NORM_EPSILON = 1e-5;

/** Names and shapes of the weights that training changes. */
export function trainableSpecs(config: NetworkConfig): { name: string; shape: number[] }[] {
  return [
    ...convolutionsOf(config).flatMap(({ name, kernel, channelsIn, channelsOut }) => [
      { name: `${name}.weight`, shape: [channelsOut, channelsIn, kernel, kernel] },
      { name: `${name}.scale`, shape: [channelsOut] },
      { name: `${name}.shift`, shape: [channelsOut] },
    ]),
    ...othersOf(config).map(({ name, shape }) => ({ name, shape })),
    { name: 'classifier.weight', shape: [familyOf(config).features(config), config.classes] },
    { name: 'classifier.bias', shape: [config.classes] },
  ];
}

/** Fresh weights: He normal for convolutions, running statistics of a standard normal, the others as their family says. */
export function initialWeights(config: NetworkConfig, random: Random): Weights {
  const weights: Weights = {};
  const starts = new Map(othersOf(config).map(({ name, start }) => [name, start]));
  for (const { name, shape } of trainableSpecs(config)) {
    const data = new Float32Array(sizeOf(shape));
    const start = starts.get(name);
    if (start === 'ones') data.fill(1);
    else if (typeof start === 'number') fillNormal(data, start, random);
    else if (name.endsWith('.scale')) data.fill(1);
    else if (name === 'classifier.weight') fillNormal(data, 1 / Math.sqrt(shape[0] ?? 1), random);
    else if (name.endsWith('.weight')) fillNormal(data, Math.sqrt(2 / sizeOf(shape.slice(1))), random);
    weights[name] = { shape, data };
  }
  for (const { name, channelsOut } of convolutionsOf(config)) {
    weights[`${name}.mean`] = { shape: [channelsOut], data: new Float32Array(channelsOut) };
    weights[`${name}.variance`] = { shape: [channelsOut], data: new Float32Array(channelsOut).fill(1) };
  }
  return weights;
}

function fillNormal(data: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
}

/** The weight `name`; throws when the set does not belong to the network. */
export function weight(weights: Weights, name: string): Weight {
  const found = weights[name];
  if (!found) throw new Error(`the weights have no "${name}"`);
  return found;
}

/** Names and shapes of the weights of a folded network: see {@link foldBatchNorm}. */
export function foldedSpecs(config: NetworkConfig): { name: string; shape: number[] }[] {
  return trainableSpecs(config).flatMap(({ name, shape }) => {
    if (name.endsWith('.scale')) return [];
    return [{ name: name.startsWith('classifier') ? name : name.replace(/\.shift$/, '.bias'), shape }];
  });
}

/**
 * The network in evaluation mode with every batch normalization folded into its convolution, so that neither the
 * forward pass nor the gradient spends time on it: w′ = w · s/√(v + ε), b′ = shift − m · s/√(v + ε).
 */
export function foldBatchNorm(config: NetworkConfig, weights: Weights): Weights {
  const folded: Weights = {};
  for (const { name, channelsOut } of convolutionsOf(config)) {
    const kernel = weight(weights, `${name}.weight`);
    const [scale, shift, mean, variance] = ['scale', 'shift', 'mean', 'variance'].map(
      (part) => weight(weights, `${name}.${part}`).data,
    );
    const data = kernel.data.slice();
    const bias = new Float32Array(channelsOut);
    const perChannel = data.length / channelsOut;
    for (let c = 0; c < channelsOut; c++) {
      const factor = (scale?.[c] ?? 1) / Math.sqrt((variance?.[c] ?? 1) + BATCH_NORM_EPSILON);
      for (let i = c * perChannel; i < (c + 1) * perChannel; i++) data[i] = (data[i] ?? 0) * factor;
      bias[c] = (shift?.[c] ?? 0) - (mean?.[c] ?? 0) * factor;
    }
    folded[`${name}.weight`] = { shape: kernel.shape, data };
    folded[`${name}.bias`] = { shape: [channelsOut], data: bias };
  }
  const asTheyAre = ['classifier.weight', 'classifier.bias', ...othersOf(config).map(({ name }) => name)];
  for (const name of asTheyAre) folded[name] = weight(weights, name);
  return folded;
}
