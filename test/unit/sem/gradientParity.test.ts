import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldBatchNorm, initialWeights, type NetworkConfig } from '../../../engine/network/index.ts';
import { Random } from '../../../engine/random/index.ts';
import { openOnnxRuntime, openTfjsCpu, type Arrays, type Runtime } from '../../../engine/runtime/index.ts';
import {
  attackObjective,
  noiseObjective,
  readingObjective,
  trainingObjective,
  viewObjective,
  type Objective,
} from '../../../engine/sem/objectives.ts';
import { relativeError } from '../../fixtures/numbers.ts';
import { batch, config, feeds } from '../../fixtures/objectives.ts';

let cpu: Runtime;
let onnx: Runtime;
beforeAll(async () => {
  cpu = await openTfjsCpu();
  onnx = openOnnxRuntime({ threads: 1 });
});
afterAll(() => onnx.close());

async function compare(objective: Objective, arrays: Arrays, bound = 1e-4): Promise<void> {
  const expected = await (await cpu.compile(objective.fn, objective.inputs)).run(arrays);
  const compiled = await onnx.compile(objective.fn, objective.inputs);
  const actual = await compiled.run(arrays);
  await compiled.dispose();
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, values] of Object.entries(expected)) {
    if (name === 'correct') expect([...(actual[name] ?? [])]).toEqual([...values]);
    else expect(relativeError(actual[name], values), name).toBeLessThan(bound);
  }
}

describe('ONNX Runtime computes what the TensorFlow.js CPU backend computes', () => {
  const weights = initialWeights(config, new Random(1));
  const folded = foldBatchNorm(config, weights);

  it('noise gradient, weights as inputs', async () => {
    const objective = noiseObjective(config, batch);
    await compare(objective, feeds(objective, new Random(2), folded));
  });

  it('noise gradient, weights baked in', async () => {
    const objective = noiseObjective(config, batch, folded);
    await compare(objective, feeds(objective, new Random(3), folded));
  });

  it('views', async () => {
    const objective = viewObjective(batch);
    await compare(objective, feeds(objective, new Random(4), folded));
  });

  it('readings, weights baked in and as inputs', async () => {
    for (const objective of [readingObjective(config, batch, folded), readingObjective(config, batch)]) {
      await compare(objective, feeds(objective, new Random(10), folded));
    }
  });

  it('attack gradient', async () => {
    const objective = attackObjective(config, 6);
    await compare(objective, feeds(objective, new Random(5), folded));
  });

  it('weight gradients and batch statistics', async () => {
    const objective = trainingObjective(config, 6);
    await compare(objective, feeds(objective, new Random(6), weights), 5e-4);
  });

  // Other families than the generator's: the strangers of `evaluate`.
  it.each<NetworkConfig>([
    { ...config, family: 'vgg', widths: [4, 6, 8] },
    { ...config, family: 'densenet', widths: [3, 4], blocks: 2 },
    { ...config, family: 'vit', widths: [64], blocks: 2 },
  ])('weight gradients and attack gradient of a $family', async (other) => {
    const own = initialWeights(other, new Random(7));
    const training = trainingObjective(other, 6);
    await compare(training, feeds(training, new Random(8), own), 5e-4);
    const attack = attackObjective(other, 6);
    await compare(attack, feeds(attack, new Random(9), foldBatchNorm(other, own)));
  });
});
