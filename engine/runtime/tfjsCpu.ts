import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { useBackend } from './backend.ts';
import './gradients.ts';
import {
  checkInputs,
  type Arrays,
  type CompiledFunction,
  type Runtime,
  type TensorFunction,
  type TensorSpec,
} from './runtime.ts';

/**
 * The plain TensorFlow.js CPU backend: slow and simple, so it is the oracle that the other runtimes are checked
 * against.
 */
export async function openTfjsCpu(): Promise<Runtime> {
  // Its advice to install another package is not for the people who use this.
  tf.env().set('PROD', true);
  await tf.ready();
  return {
    name: 'tfjs-cpu',
    compile: (fn: TensorFunction, specs: readonly TensorSpec[]): Promise<CompiledFunction> =>
      Promise.resolve({
        run: (inputs: Arrays): Promise<Arrays> => {
          checkInputs(specs, inputs);
          useBackend('cpu');
          return Promise.resolve(runOnce(fn, specs, inputs));
        },
        dispose: () => Promise.resolve(),
      }),
    close: () => Promise.resolve(),
  };
}

function runOnce(fn: TensorFunction, specs: readonly TensorSpec[], inputs: Arrays): Arrays {
  const outputs: Arrays = {};
  tf.tidy(() => {
    const tensors: Record<string, tf.Tensor> = {};
    for (const { name, shape } of specs) tensors[name] = tf.tensor(inputs[name] ?? [], [...shape], 'float32');
    for (const [name, tensor] of Object.entries(fn(tensors))) {
      outputs[name] = Float32Array.from(tensor.dataSync());
    }
  });
  return outputs;
}
