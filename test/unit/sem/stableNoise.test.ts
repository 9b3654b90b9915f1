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

  it('follows with momentum the sum of all gradients so far, each by its own size in each picture', async () => {
    const pictures = 2;
    const length = pictures * 64;
    const draws = new Random(5);
    // The second picture's gradients are a thousand times smaller, and the later ones smaller than the first.
    const gradients = Array.from({ length: 5 }, (_, k) =>
      draws.uniform(length, 1).map((value, i) => (value * (i < 64 ? 1 : 1e-3)) / (k + 1)),
    );
    const seen: Float32Array[] = [];
    const gradient: NoiseGradient = {
      classes: 3,
      batch: { pictures, views: 1, geometry },
      compiled: {
        run: ({ delta = new Float32Array() }) => {
          seen.push(delta.slice());
          return Promise.resolve({ loss: Float32Array.of(1, 1), gradient: gradients[seen.length - 1] ?? delta });
        },
        dispose: () => Promise.resolve(),
      },
    };
    const size = { width: 8, height: 8 };
    const both = {
      x: new Float32Array(pictures * 3 * 64),
      delta: new Float32Array(length),
      sizes: [size, size],
      labels: [0, 1],
    };
    await stableNoise(gradient, both, { ...settings, steps: 5, views: 1, momentum: 0.7 }, new Random(1));
    seen.push(both.delta);

    const meanSize = (values: Float32Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0) / 64;
    for (let i = 0; i < length; i++) {
      const own = i < 64 ? 0 : 64;
      const relative = gradients.map((g) => (g[i] ?? 0) / meanSize(g.subarray(own, own + 64)));
      let expected = 0;
      for (let k = 0; k < 5; k++) {
        expect(seen[k]?.[i]).toBeCloseTo(expected / 255, 6);
        const sum = relative.slice(0, k + 1).reduce((total, value, n) => total + 0.7 ** (k - n) * value, 0);
        expected = Math.min(8, Math.max(-8, expected - 3 * Math.sign(sum)));
      }
      expect(seen[5]?.[i]).toBeCloseTo(expected / 255, 6);
    }
  });

  it('without momentum is what it is with a momentum of 0', async () => {
    const slope = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
    const [plain, none] = [problem(), problem()];
    await stableNoise(linear(slope), plain, settings, new Random(1));
    await stableNoise(linear(slope), none, { ...settings, momentum: 0 }, new Random(1));
    expect(none.delta).toEqual(plain.delta);
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
