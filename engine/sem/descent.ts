import { convolutionsOf, trainableSpecs, weight, type NetworkConfig, type Weights } from '../network/index.ts';
import type { Arrays } from '../runtime/index.ts';
import type { DescentSettings } from './settings.ts';
import type { Sgd } from './sgd.ts';

/** Share of the last batch in the running statistics of batch normalization, as PyTorch's default. */
const BATCH_NORM_MOMENTUM = 0.1;

/**
 * One descent on the weights, in place, with what `trainingObjective` answered: Algorithm 1, line 12. The running
 * statistics of batch normalization follow the batch.
 */
export function descend(
  network: NetworkConfig,
  weights: Weights,
  outputs: Arrays,
  sgd: Sgd,
  learningRate: number,
): void {
  for (const { name } of trainableSpecs(network)) {
    const gradient = outputs[`d:${name}`];
    if (!gradient) throw new Error(`the training objective did not answer the gradient of ${name}`);
    sgd.update(name, weight(weights, name).data, gradient, learningRate);
  }
  for (const { name } of convolutionsOf(network)) {
    for (const part of ['mean', 'variance'] as const) {
      const running = weight(weights, `${name}.${part}`).data;
      const seen = outputs[`${part}:${name}`];
      if (!seen) throw new Error(`the training objective did not answer the ${part} of ${name}`);
      for (let i = 0; i < running.length; i++) {
        running[i] = (1 - BATCH_NORM_MOMENTUM) * (running[i] ?? 0) + BATCH_NORM_MOMENTUM * (seen[i] ?? 0);
      }
    }
  }
}

/** The trainable weights as feeds of `trainingObjective`. */
export const trainableArrays = (network: NetworkConfig, weights: Weights): Arrays =>
  Object.fromEntries(trainableSpecs(network).map(({ name }) => [name, weight(weights, name).data]));

/** The learning rate of a step, 0 to M − 1. */
export function learningRateAt({ learningRate, decay, steps }: DescentSettings, step: number): number {
  if (!decay) return cosine(learningRate, step, steps);
  return learningRate * decay.factor ** Math.floor(step / decay.every);
}

/** Steps of the rise before the fall: 50, but no more than a tenth of a short training. */
export const warmUpOf = (steps: number): number => Math.min(50, steps / 10);

/**
 * The learning rate falls along half a cosine after a short rise.
 * @param step 0 to steps − 1
 */
export function cosine(top: number, step: number, steps: number): number {
  const warmUp = Math.min(1, (step + 1) / warmUpOf(steps));
  return warmUp * top * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
