import { setBackend } from '@tensorflow/tfjs-core';

/** Makes a registered TensorFlow.js backend the current one. Those that we use are ready at once: nothing to await. */
export function useBackend(name: string): void {
  void setBackend(name);
}
