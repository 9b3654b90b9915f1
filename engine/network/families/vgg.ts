import * as tf from '@tensorflow/tfjs-core';
import { convolution3, type ConvolutionLayer, type NetworkConfig } from '../architecture.ts';
import type { Family } from './family.ts';
import { tiles } from './pooling.ts';

function stagesOf({ widths, blocks }: NetworkConfig): ConvolutionLayer[][] {
  let channels = 3;
  return widths.map((width, stage) =>
    Array.from({ length: blocks }, (_, index) => {
      const layer = convolution3(`stage${stage}.convolution${index}`, channels, width);
      channels = width;
      return layer;
    }),
  );
}

/**
 * A plain network (Simonyan and Zisserman 2015): 3 × 3 convolutions, a 2 × 2 maximum after each stage, here with batch
 * normalization and a mean over the picture in place of the large fully connected layers.
 */
export const vgg: Family = {
  convolutions: (config) => stagesOf(config).flat(),
  others: () => [],
  features: ({ widths }) => widths.at(-1) ?? 0,
  forward: (config, pictures, { convolve }) => {
    let x = pictures;
    for (const stage of stagesOf(config)) {
      for (const layer of stage) x = tf.relu(convolve(x, layer));
      x = tf.max<tf.Tensor4D>(tiles(x), [2, 4]);
    }
    return tf.mean<tf.Tensor2D>(x, [1, 2]);
  },
};
