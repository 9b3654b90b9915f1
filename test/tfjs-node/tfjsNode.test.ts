/**
 * The same loss functions on TensorFlow's own library, compared with ONNX Runtime. Not part of `npm test`:
 * `npm run test:tfjs-node` brings the library first.
 */
import { join } from 'node:path';
import util from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GRADIENT_BOUNDS, relativeErrorOf } from '../../engine/auto/index.ts';
import { foldBatchNorm, initialWeights } from '../../engine/network/index.ts';
import { installedRuntimes, openEngine, openRuntime } from '../../engine/protect/index.ts';
import { Random } from '../../engine/random/index.ts';
import type { Arrays, Runtime } from '../../engine/runtime/index.ts';
import {
  attackObjective,
  noiseObjective,
  trainingObjective,
  viewObjective,
  type Objective,
} from '../../engine/sem/objectives.ts';
import { temporaryFolder } from '../fixtures/folder.ts';
import { writeSmallGenerator } from '../fixtures/generator.ts';
import { batch, config, feeds } from '../fixtures/objectives.ts';
import { samplePhoto } from '../fixtures/photos.ts';

let onnx: Runtime;
let tensorflow: Runtime;
beforeAll(async () => {
  onnx = await openRuntime('onnx/cpu', 1);
  tensorflow = await openRuntime('tfjs-node', 1);
});
afterAll(() => onnx.close());

async function runOn(runtime: Runtime, { fn, inputs }: Objective, arrays: Arrays): Promise<Arrays> {
  const compiled = await runtime.compile(fn, inputs);
  const outputs = await compiled.run(arrays);
  await compiled.dispose();
  return outputs;
}

describe('tfjs-node', () => {
  const weights = initialWeights(config, new Random(1));
  const folded = foldBatchNorm(config, weights);

  it('is found, runs on this Node and is what it says', () => {
    expect(installedRuntimes()).toContain('tfjs-node');
    expect(tensorflow.name).toBe('tfjs-node');
    // Gone since Node 23; the library calls it.
    expect(Reflect.get(util, 'isNullOrUndefined')).toBeTypeOf('function');
  });

  it.each([
    ['noise gradient, weights as inputs', noiseObjective(config, batch), folded],
    ['noise gradient, weights baked in', noiseObjective(config, batch, folded), folded],
    ['views', viewObjective(batch), folded],
    ['attack gradient', attackObjective(config, 6), folded],
    ['weight gradients and batch statistics', trainingObjective(config, 6), weights],
  ])('computes what ONNX Runtime computes: %s', async (title, objective, values) => {
    const arrays = feeds(objective, new Random(2), values);
    const expected = await runOn(onnx, objective, arrays);
    const actual = await runOn(tensorflow, objective, arrays);
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    let worst = 0;
    for (const [name, reference] of Object.entries(expected)) {
      const error = relativeErrorOf(actual[name] ?? new Float32Array(), reference);
      worst = Math.max(worst, error);
      expect(error, name).toBeLessThan(GRADIENT_BOUNDS.median);
    }
    console.log(`${title}: ‖tfjs-node − onnx/cpu‖₂ / ‖onnx/cpu‖₂ at most ${worst.toExponential(1)}`);
  });

  it('protects a photo as well as ONNX Runtime does', async () => {
    const folder = temporaryFolder();
    await writeSmallGenerator(folder);
    const gains: number[] = [];
    for (const id of ['onnx/cpu', 'tfjs-node'] as const) {
      const engine = await openEngine({ generatorFolder: folder, runtimes: [{ id, seconds: null }], threads: 1 });
      const { protection } = await engine.protect({
        source: samplePhoto('coffee-cup'),
        settings: { rhoU: 8, targetClass: 2, seed: 5 },
        noisePath: null,
        copyStem: join(folder, id.replace('/', '-')),
        render: {
          format: 'png',
          quality: 95,
          longEdge: 200,
          colour: 'keep',
          metadata: { exif: 'keep', xmp: 'keep' },
        },
      });
      expect(protection.runtime).toBe(id);
      gains.push(protection.loss.before - protection.loss.after);
      await engine.close();
    }
    const [onnxGain = NaN, tensorflowGain = NaN] = gains;
    expect(tensorflowGain).toBeGreaterThan(0.8 * onnxGain);
    expect(tensorflowGain).toBeLessThan(1.2 * onnxGain);
  });
});
