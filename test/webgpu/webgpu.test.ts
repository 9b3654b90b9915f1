/**
 * The noise gradient by WebGPU, without a graphics card: Electron brings a Vulkan driver that computes on the
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
import { noiseObjective } from '../../engine/sem/objectives.ts';
import { batch, config, feeds } from '../fixtures/objectives.ts';

beforeAll(() => {
  const stamp: unknown = JSON.parse(readFileSync(resolve('.stillgrain/electron.json'), 'utf8'));
  const { dist } = z.object({ dist: z.string() }).parse(stamp);
  const driver = join(dist, 'vk_swiftshader_icd.json');
  if (!existsSync(driver)) throw new Error(`this Electron has no ${driver}`);
  vi.stubEnv('VK_ICD_FILENAMES', driver);
  vi.stubEnv('LD_LIBRARY_PATH', dist);
});

const folded = foldBatchNorm(config, initialWeights(config, new Random(1)));
const objective = noiseObjective(config, batch, folded);

async function runOn(provider: 'cpu' | 'webgpu', arrays: Arrays): Promise<Arrays> {
  const runtime = openOnnxRuntime({ threads: 1, provider });
  try {
    return await (await runtime.compile(objective.fn, objective.inputs)).run(arrays);
  } finally {
    await runtime.close();
  }
}

it('WebGPU computes the noise gradient that the processor computes', async () => {
  const arrays = feeds(objective, new Random(2), folded);
  const [expected, actual] = [await runOn('cpu', arrays), await runOn('webgpu', arrays)];
  for (const name of ['loss', 'gradient']) {
    const error = relativeErrorOf(actual[name] ?? new Float32Array(), expected[name] ?? new Float32Array());
    console.log(`${name}: ‖webgpu − cpu‖₂ / ‖cpu‖₂ ${error.toExponential(1)}`);
    expect(error, name).toBeLessThan(GRADIENT_BOUNDS.median);
    // Bit for bit the same would mean that the processor had computed both.
    expect(error, name).toBeGreaterThan(0);
  }
});
