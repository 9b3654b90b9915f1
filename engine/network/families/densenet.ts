import * as tf from '@tensorflow/tfjs-core';
import { convolution3, firstWidth, type ConvolutionLayer, type NetworkConfig } from '../architecture.ts';
import type { Family } from './family.ts';
import { tiles } from './pooling.ts';

interface Stage {
  /** Each reads all that the stage has so far, and adds `growth` channels. */
  layers: ConvolutionLayer[];
  /** Halves channels and resolution; the last stage has none. */
  transition: ConvolutionLayer | null;
}

const stemOf = (config: NetworkConfig): ConvolutionLayer => convolution3('stem', 3, 2 * firstWidth(config), 2);

function stagesOf(config: NetworkConfig): { stages: Stage[]; features: number } {
  let channels = 2 * firstWidth(config);
  const stages = config.widths.map((growth, stage): Stage => {
    const layers = Array.from({ length: config.blocks }, (_, index) => {
      const layer = convolution3(`stage${stage}.layer${index}`, channels, growth);
      channels += growth;
      return layer;
    });
    if (stage === config.widths.length - 1) return { layers, transition: null };
    const channelsOut = Math.floor(channels / 2);
    const transition = { name: `stage${stage}.transition`, kernel: 1, channelsIn: channels, channelsOut, stride: 1 };
    channels = channelsOut;
    return { layers, transition };
  });
  return { stages, features: channels };
}

/** Channels of `a`, then those of `b`. Added after padding: pads and sums have gradients in every runtime. */
function besides(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  const [before, after] = [a.shape[3], b.shape[3]];
  const none: [number, number] = [0, 0];
  return tf.add(tf.pad(a, [none, none, none, [0, after]]), tf.pad(b, [none, none, none, [before, 0]]));
}

/**
 * A densely connected network (Huang et al. 2017): each layer reads what all earlier ones of its stage wrote. Here the
 * batch normalization follows its convolution, so that it can be folded into it.
 */
export const densenet: Family = {
  convolutions: (config) => [
    stemOf(config),
    ...stagesOf(config).stages.flatMap(({ layers, transition }) => (transition ? [...layers, transition] : layers)),
  ],
  others: () => [],
  features: (config) => stagesOf(config).features,
  forward: (config, pictures, { convolve }) => {
    let x = tf.relu(convolve(pictures, stemOf(config)));
    for (const { layers, transition } of stagesOf(config).stages) {
      for (const layer of layers) x = besides(x, tf.relu(convolve(x, layer)));
      if (transition) x = tf.mean<tf.Tensor4D>(tiles(tf.relu(convolve(x, transition))), [2, 4]);
    }
    return tf.mean<tf.Tensor2D>(x, [1, 2]);
  },
};
