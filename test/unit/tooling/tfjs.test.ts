import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { expect, test } from 'vitest';

// Fails if the tests ever load the CommonJS entry of TensorFlow.js: it is a second copy, which knows no gradients.
test('TensorFlow.js comes with its gradients', async () => {
  tf.env().set('PROD', true); // Keeps its advertisement for another backend out of the output.
  await tf.setBackend('cpu');
  const gradient = tf.grad((x) => tf.sum(tf.square(x)));
  const values = await gradient(tf.tensor1d([1, -2, 3])).data();
  expect([...values]).toEqual([2, -4, 6]);
});
