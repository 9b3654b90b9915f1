import * as tf from '@tensorflow/tfjs-core';
import { convolution3, firstWidth, type ConvolutionLayer, type NetworkConfig } from '../architecture.ts';
import type { Family } from './family.ts';

/** A residual block: two convolutions and, where the shape changes, a 1 × 1 shortcut. */
interface Block {
  first: ConvolutionLayer;
  second: ConvolutionLayer;
  shortcut: ConvolutionLayer | null;
}

/** Usually halves the resolution at once: most of a network's time is spent where pictures are large. */
const stemOf = (config: NetworkConfig): ConvolutionLayer =>
  convolution3('stem', 3, firstWidth(config), config.stemStride ?? 2);

function blocksOf(config: NetworkConfig): Block[] {
  const blocks: Block[] = [];
  let channels = firstWidth(config);
  config.widths.forEach((width, stage) => {
    for (let index = 0; index < config.blocks; index++) {
      const name = `stage${stage}.block${index}`;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      blocks.push({
        first: convolution3(`${name}.first`, channels, width, stride),
        second: convolution3(`${name}.second`, width, width),
        shortcut:
          stride !== 1 || channels !== width
            ? { name: `${name}.shortcut`, kernel: 1, channelsIn: channels, channelsOut: width, stride }
            : null,
      });
      channels = width;
    }
  });
  return blocks;
}

/** A residual network (He et al. 2016) of basic blocks, its stem strided. */
export const resnet: Family = {
  convolutions: (config) => [
    stemOf(config),
    ...blocksOf(config).flatMap((b) => (b.shortcut ? [b.first, b.second, b.shortcut] : [b.first, b.second])),
  ],
  others: () => [],
  features: ({ widths }) => widths.at(-1) ?? 0,
  forward: (config, pictures, { convolve }) => {
    let x = tf.relu(convolve(pictures, stemOf(config)));
    for (const block of blocksOf(config)) {
      const around = block.shortcut ? convolve(x, block.shortcut) : x;
      x = tf.relu(tf.add(convolve(tf.relu(convolve(x, block.first)), block.second), around));
    }
    return tf.mean<tf.Tensor2D>(x, [1, 2]);
  },
};
