import * as tf from '@tensorflow/tfjs-core';
import {
  classify,
  classifyTraining,
  crossEntropy,
  foldedSpecs,
  trainableSpecs,
  type NetworkConfig,
  type Weights,
  type WeightTensors,
} from '../network/index.ts';
import type { TensorFunction, TensorSpec } from '../runtime/index.ts';
import { applyViews, viewSpecs, type ViewGeometry } from '../views/index.ts';

/** Shapes of one call: M pictures, J views of each. */
export interface Batch {
  pictures: number;
  views: number;
  geometry: ViewGeometry;
}

const get = (tensors: Record<string, tf.Tensor>, name: string): tf.Tensor => {
  const found = tensors[name];
  if (!found) throw new Error(`"${name}" is missing`);
  return found;
};

/**
 * x + δᵘ for every view, clipped to the valid pixel range: x and δᵘ [M, 3, S, S] to [J·M, 3, S, S]. View j of picture m
 * has index j·M + m.
 */
function protectedPictures(inputs: Record<string, tf.Tensor>, delta: tf.Tensor, { views }: Batch): tf.Tensor4D {
  const noisy = tf.clipByValue(tf.add(get(inputs, 'x'), delta), 0, 1);
  return (views === 1 ? noisy : tf.tile(noisy, [views, 1, 1, 1])) as tf.Tensor4D;
}

function pictureSpecs({ pictures, views, geometry }: Batch): TensorSpec[] {
  return [
    { name: 'x', shape: [pictures, 3, geometry.frame, geometry.frame] },
    { name: 'delta', shape: [pictures, 3, geometry.frame, geometry.frame] },
    ...viewSpecs(views * pictures, geometry),
  ];
}

/** Weights as constant tensors of the backend that is running. */
function constants(weights: Weights): WeightTensors {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

/** A function with its signature, ready for `Runtime.compile`. */
export interface Objective {
  fn: TensorFunction;
  inputs: TensorSpec[];
}

/**
 * Line 7 of Algorithm 1: the gradient with respect to δᵘ of the loss of t_j(x + δᵘ) + δʳ_j, averaged over the J views.
 * Outputs: `loss` [M], mean over the views; `gradient` [M, 3, S, S].
 * @param frozen folded weights to bake in; without them they are inputs by their names
 */
export function noiseObjective(config: NetworkConfig, batch: Batch, frozen?: Weights): Objective {
  const { pictures, views, geometry } = batch;
  const count = pictures * views;
  return {
    inputs: [
      ...pictureSpecs(batch),
      { name: 'random', shape: [count, 3, geometry.size, geometry.size] },
      { name: 'target', shape: [count, config.classes] },
      ...(frozen ? [] : foldedSpecs(config)),
    ],
    fn: (inputs) => {
      const weights = frozen ? constants(frozen) : inputs;
      const losses = (delta: tf.Tensor): tf.Tensor1D => {
        const seen = applyViews(protectedPictures(inputs, delta, batch), inputs, geometry);
        const logits = classify(config, weights, tf.add(seen, get(inputs, 'random')));
        const each = crossEntropy(logits, get(inputs, 'target') as tf.Tensor2D);
        return tf.mean<tf.Tensor1D>(tf.reshape(each, [views, pictures]), 0);
      };
      const delta = get(inputs, 'delta');
      const gradient = tf.grad((d) => tf.sum(losses(d)))(delta);
      return { loss: losses(delta), gradient };
    },
  };
}

/** Line 10: t(x + δᵘ). Output: `seen` [M·J, 3, s, s], clipped to [0, 1]. */
export function viewObjective(batch: Batch): Objective {
  return {
    inputs: pictureSpecs(batch),
    fn: (inputs) => ({
      seen: tf.clipByValue(
        applyViews(protectedPictures(inputs, get(inputs, 'delta'), batch), inputs, batch.geometry),
        0,
        1,
      ),
    }),
  };
}

/**
 * How the network reads views t(x + δᵘ), clipped to [0, 1], without perturbations: what is left of the noise in an
 * upload. Outputs: `loss` [J·M], `correct` [J·M] (1 where the largest logit is the target).
 * @param frozen folded weights to bake in; without them they are inputs by their names
 */
export function readingObjective(config: NetworkConfig, batch: Batch, frozen?: Weights): Objective {
  const view = viewObjective(batch);
  return {
    inputs: [
      ...view.inputs,
      { name: 'target', shape: [batch.pictures * batch.views, config.classes] },
      ...(frozen ? [] : foldedSpecs(config)),
    ],
    fn: (inputs) => {
      const target = get(inputs, 'target') as tf.Tensor2D;
      const seen = get(view.fn(inputs), 'seen') as tf.Tensor4D;
      const logits = classify(config, frozen ? constants(frozen) : inputs, seen);
      return { loss: crossEntropy(logits, target), correct: hits(logits, target) };
    },
  };
}

/**
 * Line 11: the gradient of the loss with respect to the pictures [N, 3, s, s] that the network sees, in evaluation
 * mode. Outputs: `loss` [N], `correct` [N] (1 where the largest logit is the target), `gradient`.
 */
export function attackObjective(config: NetworkConfig, count: number): Objective {
  const size = config.inputSize;
  return {
    inputs: [
      { name: 'seen', shape: [count, 3, size, size] },
      { name: 'target', shape: [count, config.classes] },
      ...foldedSpecs(config),
    ],
    fn: (inputs) => {
      const seen = get(inputs, 'seen');
      const target = get(inputs, 'target') as tf.Tensor2D;
      const logits = (x: tf.Tensor): tf.Tensor2D => classify(config, inputs, x as tf.Tensor4D);
      const gradient = tf.grad((x) => tf.sum(crossEntropy(logits(x), target)))(seen);
      const out = logits(seen);
      return { loss: crossEntropy(out, target), correct: hits(out, target), gradient };
    },
  };
}

/** 1 where the largest logit is that of the target's largest share, else 0. */
function hits(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor {
  const best = tf.max(logits, 1, true);
  const dominant = tf.cast(tf.greaterEqual(target, tf.max(target, 1, true)), 'float32');
  const own = tf.div(tf.sum(tf.mul(logits, dominant), 1, true), tf.sum(dominant, 1, true));
  return tf.reshape(tf.cast(tf.greaterEqual(own, best), 'float32'), [logits.shape[0]]);
}

/**
 * Line 12: the gradient of the mean loss with respect to every trainable weight, batch normalization in training
 * mode. Outputs: `loss` [1], `correct` [N], `d:<weight>`, and each layer's `mean:<layer>`, `variance:<layer>`.
 */
export function trainingObjective(config: NetworkConfig, count: number): Objective {
  const size = config.inputSize;
  const specs = trainableSpecs(config);
  return {
    inputs: [
      { name: 'seen', shape: [count, 3, size, size] },
      { name: 'target', shape: [count, config.classes] },
      ...specs,
    ],
    fn: (inputs) => {
      const target = get(inputs, 'target') as tf.Tensor2D;
      const forward = (weights: WeightTensors): ReturnType<typeof classifyTraining> =>
        classifyTraining(config, weights, get(inputs, 'seen') as tf.Tensor4D);
      const gradients = tf.grads((...weights) => {
        const named = Object.fromEntries(specs.map(({ name }, i) => [name, weights[i] ?? get(inputs, name)]));
        return tf.mean(crossEntropy(forward(named).logits, target));
      })(specs.map(({ name }) => get(inputs, name)));
      const { logits, statistics } = forward(inputs);
      const outputs: Record<string, tf.Tensor> = {
        loss: tf.reshape(tf.mean(crossEntropy(logits, target)), [1]),
        correct: hits(logits, target),
      };
      specs.forEach(({ name }, i) => {
        const gradient = gradients[i];
        if (gradient) outputs[`d:${name}`] = gradient;
      });
      for (const [layer, { mean, variance }] of Object.entries(statistics)) {
        outputs[`mean:${layer}`] = mean;
        outputs[`variance:${layer}`] = variance;
      }
      return outputs;
    },
  };
}
