import * as tf from '@tensorflow/tfjs-core';
import { firstWidth, type NetworkConfig } from '../architecture.ts';
import type { Family, OtherWeight, Pass } from './family.ts';

/** Side of a patch in pixels. */
const PATCH = 8;

/** Channels of one attention head. */
const HEAD = 32;

/** How much wider the hidden layer between two attentions is. */
const EXPANSION = 2;

/** Deviation that weights start from (Dosovitskiy et al. 2021). */
const START = 0.02;

const EPSILON = 1e-6;

const headsOf = (width: number): number => Math.max(1, Math.floor(width / HEAD));

function linear(name: string, from: number, to: number): OtherWeight[] {
  return [
    { name: `${name}.matrix`, shape: [from, to], start: 1 / Math.sqrt(from) },
    { name: `${name}.offset`, shape: [to], start: 'zeros' },
  ];
}

function norm(name: string, width: number): OtherWeight[] {
  return [
    { name: `${name}.gain`, shape: [width], start: 'ones' },
    { name: `${name}.offset`, shape: [width], start: 'zeros' },
  ];
}

function othersOf(config: NetworkConfig): OtherWeight[] {
  const width = firstWidth(config);
  const tokens = (config.inputSize / PATCH) ** 2;
  return [
    ...linear('patches', 3 * PATCH * PATCH, width),
    { name: 'positions', shape: [tokens, width], start: START },
    ...Array.from({ length: config.blocks }, (_, i) => [
      ...norm(`block${i}.before`, width),
      ...linear(`block${i}.query`, width, width),
      // Without an offset: attention is the same whatever is added to all keys.
      { name: `block${i}.key`, shape: [width, width], start: 1 / Math.sqrt(width) },
      ...linear(`block${i}.value`, width, width),
      ...linear(`block${i}.out`, width, width),
      ...norm(`block${i}.between`, width),
      ...linear(`block${i}.wide`, width, EXPANSION * width),
      ...linear(`block${i}.narrow`, EXPANSION * width, width),
    ]).flat(),
    ...norm('last', width),
  ];
}

/** [N·T, from] to [N·T, to]: one matrix product for all tokens. */
function apply({ weight }: Pass, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.matMul(x, weight(`${name}.matrix`) as tf.Tensor2D), weight(`${name}.offset`));
}

/** Layer normalization (Ba et al. 2016) over the channels. */
function normalized({ weight }: Pass, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), EPSILON));
  return tf.add(tf.mul(tf.div(centred, deviation), weight(`${name}.gain`)), weight(`${name}.offset`));
}

/** x · Φ(x) by its sigmoid approximation (Hendrycks and Gimpel 2016). */
const gelu = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702)));

function attention(pass: Pass, name: string, x: tf.Tensor2D, count: number): tf.Tensor2D {
  const [rows, width] = x.shape;
  const [tokens, heads] = [rows / count, headsOf(width)];
  const byHead = (y: tf.Tensor2D): tf.Tensor4D =>
    tf.transpose(tf.reshape(y, [count, tokens, heads, width / heads]), [0, 2, 1, 3]);
  const query = byHead(apply(pass, `${name}.query`, x));
  const key = byHead(tf.matMul(x, pass.weight(`${name}.key`)));
  const value = byHead(apply(pass, `${name}.value`, x));
  const scores = tf.mul(tf.matMul(query, key, false, true), Math.sqrt(heads / width));
  const mixed = tf.matMul(tf.exp(tf.logSoftmax(scores)), value);
  return apply(pass, `${name}.out`, tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows, width]));
}

/**
 * A vision transformer (Dosovitskiy et al. 2021): patches of 8 × 8 pixels, learned positions, normalization before each
 * attention and each pair of wide layers; the mean over the tokens goes to the classifier.
 */
export const vit: Family = {
  convolutions: () => [],
  others: othersOf,
  features: firstWidth,
  forward: (config, pictures, pass) => {
    const [count, size] = pictures.shape;
    const side = size / PATCH;
    const width = firstWidth(config);
    const rows = tf.transpose(tf.reshape(pictures, [count, side, PATCH, side, PATCH, 3]), [0, 1, 3, 2, 4, 5]);
    const patches = tf.reshape<tf.Rank.R2>(rows, [count * side * side, PATCH * PATCH * 3]);
    const embedded = tf.reshape(apply(pass, 'patches', patches), [count, side * side, width]);
    let x = tf.reshape<tf.Rank.R2>(tf.add(embedded, pass.weight('positions')), [count * side * side, width]);
    for (let i = 0; i < config.blocks; i++) {
      const name = `block${i}`;
      x = tf.add(x, attention(pass, name, normalized(pass, `${name}.before`, x), count));
      const wide = gelu(apply(pass, `${name}.wide`, normalized(pass, `${name}.between`, x)));
      x = tf.add(x, apply(pass, `${name}.narrow`, wide));
    }
    return tf.mean<tf.Tensor2D>(tf.reshape(normalized(pass, 'last', x), [count, side * side, width]), 1);
  },
};
