import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { multiplyAddsOf } from '../../../engine/runtime/index.ts';
import { squareProducts } from '../../../engine/benchmark/sections/peak.ts';
import { noiseObjective, trainingObjective, attackObjective } from '../../../engine/sem/index.ts';
import { smallNetwork } from '../../fixtures/generator.ts';

/** By hand: 16 pixels, the stem halves to 8, stage 1 to 4; widths 4 and 8; four classes. */
const FORWARD = {
  stem: 8 * 8 * 4 * 9 * 3,
  rest: 2 * 8 * 8 * 4 * 9 * 4 + 4 * 4 * 8 * 9 * 4 + 4 * 4 * 8 * 9 * 8 + 4 * 4 * 8 * 4,
  classifier: 8 * 4,
};
const CONVOLUTIONS = FORWARD.stem + FORWARD.rest;

describe('multiply-adds', () => {
  it('of a matrix product are rows × inner × columns', () => {
    const inputs = [
      { name: 'a', shape: [5, 3, 2] },
      { name: 'b', shape: [5, 3, 7] },
    ];
    const fn = ({ a, b }: Record<string, tf.Tensor>): Record<string, tf.Tensor> => ({
      y: tf.matMul(a ?? 0, b ?? 0, true, false),
    });
    expect(multiplyAddsOf(fn, inputs)).toEqual({ convolutions: 0, products: 5 * 2 * 3 * 7 });
    expect(multiplyAddsOf(squareProducts({ side: 8, products: 3 }), [{ name: 'factor', shape: [1] }])).toEqual({
      convolutions: 0,
      products: 3 * 8 ** 3,
    });
  });

  it('of the network’s gradient with respect to its pictures are twice those forward', () => {
    const { fn, inputs } = attackObjective(smallNetwork, 3);
    expect(multiplyAddsOf(fn, inputs)).toEqual({
      convolutions: 3 * 2 * CONVOLUTIONS,
      products: 3 * 2 * FORWARD.classifier,
    });
  });

  it('of training are three times those forward, but for the pictures’ own gradient', () => {
    const { fn, inputs } = trainingObjective(smallNetwork, 3);
    expect(multiplyAddsOf(fn, inputs).convolutions).toBe(3 * (3 * CONVOLUTIONS - FORWARD.stem));
  });

  it('of the noise gradient’s network are the same; its views are products', () => {
    const batch = { pictures: 1, views: 3, geometry: { frame: 24, size: 16 } };
    const { fn, inputs } = noiseObjective(smallNetwork, batch);
    const { convolutions, products } = multiplyAddsOf(fn, inputs);
    expect(convolutions).toBe(3 * 2 * CONVOLUTIONS);
    expect(products).toBeGreaterThan(3 * 2 * FORWARD.classifier);
  });
});
