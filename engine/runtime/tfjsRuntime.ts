import * as tf from '@tensorflow/tfjs-core';
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

/** Keeps TensorFlow.js from advertising other packages: that is not for the people who use this. */
export function quiet(): void {
  tf.env().set('PROD', true);
}

/** A registered TensorFlow.js backend as a `Runtime`: the functions are run as they stand, on the calling thread. */
export function tfjsRuntime(name: string, backend: string): Runtime {
  return {
    name,
    compile: (fn: TensorFunction, specs: readonly TensorSpec[]): Promise<CompiledFunction> =>
      Promise.resolve({
        run: async (inputs: Arrays): Promise<Arrays> => {
          checkInputs(specs, inputs);
          // A turn of the event loop between two runs: messages and timers are heard, though late.
          await new Promise((resolve) => setImmediate(resolve));
          useBackend(backend);
          return runOnce(fn, specs, inputs);
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
