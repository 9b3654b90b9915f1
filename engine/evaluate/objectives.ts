import * as tf from '@tensorflow/tfjs-core';
import { classify, foldedSpecs, type NetworkConfig } from '../network/index.ts';
import type { Objective } from '../sem/index.ts';
import { applyViews, viewSpecs, type ViewGeometry } from '../views/index.ts';

function input(inputs: Record<string, tf.Tensor>, name: string): tf.Tensor4D {
  const found = inputs[name];
  if (!found) throw new Error(`"${name}" is missing`);
  return found as tf.Tensor4D;
}

/**
 * Views of clean pictures: input `x` [N, 3, frame, frame] and the parameters of N views; output `seen`
 * [N, 3, size, size] in [0, 1].
 */
export function augmentationObjective(count: number, geometry: ViewGeometry): Objective {
  return {
    inputs: [{ name: 'x', shape: [count, 3, geometry.frame, geometry.frame] }, ...viewSpecs(count, geometry)],
    fn: (inputs) => ({ seen: tf.clipByValue(applyViews(input(inputs, 'x'), inputs, geometry), 0, 1) }),
  };
}

/** Evaluation mode: input `seen` [N, 3, size, size] and folded weights; output `logits` [N, classes]. */
export function classificationObjective(config: NetworkConfig, count: number): Objective {
  return {
    inputs: [{ name: 'seen', shape: [count, 3, config.inputSize, config.inputSize] }, ...foldedSpecs(config)],
    fn: (inputs) => ({ logits: classify(config, inputs, input(inputs, 'seen')) }),
  };
}
