import * as tf from '@tensorflow/tfjs-core';

/** [N, H, W, C] as [N, H/2, 2, W/2, 2, C]: what 2 × 2 pooling reduces. H and W are even. */
export function tiles(x: tf.Tensor4D): tf.Tensor {
  const [count, height, width, channels] = x.shape;
  return tf.reshape(x, [count, height / 2, 2, width / 2, 2, channels]);
}
