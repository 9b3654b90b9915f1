import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Runtime } from './runtime.ts';
import { quiet, tfjsRuntime } from './tfjsRuntime.ts';

/**
 * The plain TensorFlow.js CPU backend: slow and simple, so it is the oracle that the other runtimes are checked
 * against.
 */
export async function openTfjsCpu(): Promise<Runtime> {
  quiet();
  await tf.ready();
  return tfjsRuntime('tfjs-cpu', 'cpu');
}
