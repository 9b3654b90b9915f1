import { describe, expect, it } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import type { Arrays } from '../../../engine/runtime/index.ts';
import { stableNoise, type NoiseGradient, type NoiseProblem, type NoiseSettings } from '../../../engine/sem/index.ts';
import { PAPER_VIEWS } from '../../../engine/views/index.ts';

const geometry = { frame: 8, size: 8 };
const settings: NoiseSettings = { rhoU: 8, alphaU: 3, steps: 4, views: 2, rhoR: 4, distribution: PAPER_VIEWS };

/** A gradient that can be computed by hand: the loss is Σ slope · δ, whatever the views are. */
function linear(slope: Float32Array): NoiseGradient & { calls: Arrays[] } {
  const calls: Arrays[] = [];
  return {
    calls,
    classes: 3,
    batch: { pictures: 1, views: 2, geometry },
    compiled: {
      run: (inputs) => {
        calls.push({ ...inputs, delta: (inputs['delta'] ?? new Float32Array()).slice() });
        return Promise.resolve({ loss: Float32Array.of(1), gradient: slope });
      },
      dispose: () => Promise.resolve(),
    },
  };
}

const problem = (): NoiseProblem => ({
  x: new Float32Array(3 * 64).fill(0.5),
  delta: new Float32Array(64),
  sizes: [{ width: 8, height: 8 }],
  labels: [2],
});

describe('the stable noise update', () => {
  it('steps by α against the sign of the gradient and projects onto ρ_u', async () => {
    const slope = Float32Array.from({ length: 64 }, (_, i) => (i % 3) - 1);
    const gradient = linear(slope);
    const p = problem();
    await stableNoise(gradient, p, settings, new Random(1));
    expect(gradient.calls).toHaveLength(4);
    // 3/255 after one step, 6/255 after two, then ρ_u = 8/255; where the gradient is 0 nothing moves.
    const after = [0, 3, 6, 8];
    gradient.calls.forEach((call, k) =>
      call['delta']?.forEach((value, i) =>
        expect(value).toBeCloseTo((-Math.sign(slope[i] ?? 0) * (after[k] ?? 0)) / 255, 7),
      ),
    );
    p.delta.forEach((value, i) => expect(value).toBeCloseTo((-Math.sign(slope[i] ?? 0) * 8) / 255, 7));
  });

  it('gives each sample its share of ρ_u and α_u', async () => {
    const slope = new Float32Array(64).fill(-1);
    const budget = Float32Array.from({ length: 64 }, (_, i) => (i % 4) / 4);
    const gradient = linear(slope);
    const p = { ...problem(), budget };
    await stableNoise(gradient, p, settings, new Random(1));
    gradient.calls[1]?.['delta']?.forEach((value, i) => expect(value).toBeCloseTo((3 * (budget[i] ?? 0)) / 255, 7));
    p.delta.forEach((value, i) => expect(value).toBeCloseTo((8 * (budget[i] ?? 0)) / 255, 7));
  });

  it('draws δʳ from U(−ρ_r, ρ_r) anew in each step and names the target class for each view', async () => {
    const gradient = linear(new Float32Array(64));
    await stableNoise(gradient, problem(), settings, new Random(1));
    const draws = gradient.calls.map((call) => call['random'] ?? new Float32Array());
    for (const draw of draws) {
      expect(draw).toHaveLength(2 * 3 * 64);
      expect(Math.max(...draw.map(Math.abs))).toBeLessThanOrEqual(4 / 255);
      expect(Math.max(...draw)).toBeGreaterThan(3.5 / 255);
      expect(Math.min(...draw)).toBeLessThan(-3.5 / 255);
    }
    expect([...(draws[0] ?? [])]).not.toEqual([...(draws[1] ?? [])]);
    expect([...(gradient.calls[0]?.['target'] ?? [])]).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it('is the same for the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      const gradient = linear(new Float32Array(64));
      await stableNoise(gradient, problem(), settings, new Random(seed));
      return JSON.stringify(gradient.calls.map((call) => [...(call['random'] ?? []), ...(call['rows'] ?? [])]));
    };
    expect(await run(3)).toBe(await run(3));
    expect(await run(3)).not.toBe(await run(4));
  });

  it('stops when it is told to', async () => {
    const gradient = linear(new Float32Array(64));
    await stableNoise(gradient, problem(), settings, new Random(1), { onStep: (step) => step < 2 });
    expect(gradient.calls).toHaveLength(2);
  });
});
