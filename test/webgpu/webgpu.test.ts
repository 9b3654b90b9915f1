/**
 * What protects photos, and what trains networks, by WebGPU without a graphics card: Electron brings a Vulkan driver that computes on the
 * processor (SwiftShader), and the session's process finds it through its environment. Slow, so everything is small.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { GRADIENT_BOUNDS, relativeErrorOf } from '../../engine/auto/index.ts';
import { foldBatchNorm, initialWeights } from '../../engine/network/index.ts';
import { Random } from '../../engine/random/index.ts';
import { openOnnxRuntime, type Arrays } from '../../engine/runtime/index.ts';
import { noiseObjective, trainingObjective, type Objective } from '../../engine/sem/objectives.ts';
import { batch, config, feeds } from '../fixtures/objectives.ts';

beforeAll(() => {
  const stamp: unknown = JSON.parse(readFileSync(resolve('.stillgrain/electron.json'), 'utf8'));
  const { dist } = z.object({ dist: z.string() }).parse(stamp);
  const driver = join(dist, 'vk_swiftshader_icd.json');
  if (!existsSync(driver)) throw new Error(`this Electron has no ${driver}`);
  vi.stubEnv('VK_ICD_FILENAMES', driver);
  vi.stubEnv('LD_LIBRARY_PATH', dist);
});

const weights = initialWeights(config, new Random(1));
const folded = foldBatchNorm(config, weights);

async function runOn(provider: 'cpu' | 'webgpu', { fn, inputs }: Objective, arrays: Arrays): Promise<Arrays> {
  const runtime = openOnnxRuntime({ threads: 1, provider });
  try {
    return await (await runtime.compile(fn, inputs)).run(arrays);
  } finally {
    await runtime.close();
  }
}

it.each([
  { what: 'the noise gradient', objective: noiseObjective(config, batch, folded), held: folded },
  { what: 'the gradients that train a network', objective: trainingObjective(config, 6), held: weights },
])('WebGPU computes $what that the processor computes', async ({ objective, held }) => {
  const arrays = feeds(objective, new Random(2), held);
  const [expected, actual] = [await runOn('cpu', objective, arrays), await runOn('webgpu', objective, arrays)];
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  let largest = 0;
  for (const [name, values] of Object.entries(expected)) {
    if (name === 'correct') continue; // Whole numbers: a tie may fall either way.
    const error = relativeErrorOf(actual[name] ?? new Float32Array(), values);
    expect(error, name).toBeLessThan(GRADIENT_BOUNDS.median);
    largest = Math.max(largest, error);
  }
  console.log(`largest ‖webgpu − cpu‖₂ / ‖cpu‖₂: ${largest.toExponential(1)}`);
  // Bit for bit the same would mean that the processor had computed both.
  expect(largest).toBeGreaterThan(0);
});
