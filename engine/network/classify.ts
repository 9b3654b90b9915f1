import * as tf from '@tensorflow/tfjs-core';
import type { ConvolutionLayer, NetworkConfig } from './architecture.ts';
import { familyOf, type Pass } from './families/index.ts';
import { BATCH_NORM_EPSILON } from './weights.ts';

/** Weights as tensors, by name. */
export type WeightTensors = Record<string, tf.Tensor>;

/** Mean and variance that one batch normalization saw, by the layer's name. */
export type BatchStatistics = Record<string, { mean: tf.Tensor; variance: tf.Tensor }>;

function tensor(weights: WeightTensors, name: string): tf.Tensor {
  const found = weights[name];
  if (!found) throw new Error(`the weights have no "${name}"`);
  return found;
}

/** Pictures in [0, 1] are brought to about zero mean and unit deviation. */
function normalized(images: tf.Tensor4D): tf.Tensor4D {
  const nhwc = tf.transpose(images, [0, 2, 3, 1]);
  return tf.mul(tf.sub(nhwc, 0.5), 4);
}

function convolve(x: tf.Tensor4D, weights: WeightTensors, layer: ConvolutionLayer): tf.Tensor4D {
  const hwio = tf.transpose(tensor(weights, `${layer.name}.weight`) as tf.Tensor4D, [2, 3, 1, 0]);
  // Explicit padding: 'same' pads unevenly at stride 2, PyTorch does not.
  return tf.conv2d(x, hwio, layer.stride, (layer.kernel - 1) / 2);
}

type Convolve = Pass['convolve'];

function logitsOf(config: NetworkConfig, weights: WeightTensors, images: tf.Tensor4D, convolve: Convolve): tf.Tensor2D {
  const pass = { convolve, weight: (name: string): tf.Tensor => tensor(weights, name) };
  return tf.add(
    tf.matMul(
      familyOf(config).forward(config, normalized(images), pass),
      tensor(weights, 'classifier.weight') as tf.Tensor2D,
    ),
    tensor(weights, 'classifier.bias'),
  );
}

/**
 * Logits [N, classes] of pictures [N, 3, size, size] in [0, 1] with folded weights (evaluation mode, see
 * `foldBatchNorm`).
 */
export function classify(config: NetworkConfig, folded: WeightTensors, images: tf.Tensor4D): tf.Tensor2D {
  return logitsOf(config, folded, images, (x, layer) =>
    tf.add(convolve(x, folded, layer), tensor(folded, `${layer.name}.bias`)),
  );
}

/** Logits in training mode: every batch normalization uses the statistics of this batch, which are returned. */
export function classifyTraining(
  config: NetworkConfig,
  weights: WeightTensors,
  images: tf.Tensor4D,
): { logits: tf.Tensor2D; statistics: BatchStatistics } {
  const statistics: BatchStatistics = {};
  const logits = logitsOf(config, weights, images, (x, layer) => {
    const y = convolve(x, weights, layer);
    statistics[layer.name] = batchStatistics(y);
    return batchNorm(y, tensor(weights, `${layer.name}.scale`), tensor(weights, `${layer.name}.shift`)) as tf.Tensor4D;
  });
  return { logits, statistics };
}

function batchStatistics(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
  const mean = tf.mean(x, [0, 1, 2]);
  return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2]) };
}

/** Batch normalization (Ioffe and Szegedy 2015) with its gradient written out, which is half the passes of autodiff. */
const batchNorm = tf.customGrad((...args) => {
  const [x, scale, shift, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  const { mean, variance } = batchStatistics(x);
  const inverse = tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON));
  const unit = tf.mul(tf.sub(x, mean), inverse);
  save([unit, scale, inverse]);
  return {
    value: tf.add(tf.mul(unit, scale), shift),
    gradFunc: (dy, saved) => {
      const [unitSaved, scaleSaved, inverseSaved] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const count = unitSaved.size / scaleSaved.size;
      const shiftGradient = tf.sum(dy, [0, 1, 2]);
      const scaleGradient = tf.sum(tf.mul(dy, unitSaved), [0, 1, 2]);
      const correction = tf.add(tf.mul(unitSaved, tf.div(scaleGradient, count)), tf.div(shiftGradient, count));
      return [tf.mul(tf.sub(dy, correction), tf.mul(scaleSaved, inverseSaved)), scaleGradient, shiftGradient];
    },
  };
});

/** Cross-entropy of each row [N] of logits [N, C] against one-hot rows. */
export function crossEntropy(logits: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Tensor1D {
  return tf.neg(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), 1));
}
