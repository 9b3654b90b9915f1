import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { decodeSafetensors, foldBatchNorm, weight } from '../../../engine/network/index.ts';
import { openOnnxRuntime, openTfjsCpu, type Arrays } from '../../../engine/runtime/index.ts';
import { noiseObjective } from '../../../engine/sem/index.ts';
import { relativeError } from '../../fixtures/numbers.ts';

/** The setting of test/fixtures/torch_reference.py, which wrote the file that this test reads. */
const config = { inputSize: 16, widths: [4, 8], blocks: 1, classes: 5 };
const batch = { pictures: 2, views: 3, geometry: { frame: 24, size: 16 } };

it.each(['onnx', 'tfjs-cpu'] as const)("%s: the noise gradient is PyTorch's to 1e-4", async (name) => {
  const file = await readFile(new URL('../../fixtures/torch-reference.safetensors', import.meta.url));
  const { weights } = decodeSafetensors(file);
  const inputs: Arrays = {};
  for (const [key, { data }] of Object.entries(weights)) {
    if (key.startsWith('input:')) inputs[key.slice('input:'.length)] = data;
  }
  const objective = noiseObjective(config, batch, foldBatchNorm(config, weights));
  const runtime = name === 'onnx' ? openOnnxRuntime({ threads: 1 }) : await openTfjsCpu();
  try {
    const { loss, gradient } = await (await runtime.compile(objective.fn, objective.inputs)).run(inputs);
    const errors = {
      loss: relativeError(loss, weight(weights, 'expected:loss').data),
      gradient: relativeError(gradient, weight(weights, 'expected:gradient').data),
    };
    console.info(`${name} against PyTorch, relative error: loss ${errors.loss}, gradient ${errors.gradient}`);
    expect(errors.loss).toBeLessThan(1e-4);
    expect(errors.gradient).toBeLessThan(1e-4);
  } finally {
    await runtime.close();
  }
});
