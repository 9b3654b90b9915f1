import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastPass } from '../../../engine/methods/lastPass.ts';
import { seedOfPart } from '../../../engine/methods/task.ts';
import { Random } from '../../../engine/random/index.ts';
import { openOnnxRuntime, type Runtime } from '../../../engine/runtime/index.ts';
import type { AttackSettings, NoiseSettings } from '../../../engine/sem/index.ts';
import { PADDED_VIEWS, sampleViews, UNCHANGED_VIEWS } from '../../../engine/views/index.ts';
import { somePictures, someWeights } from './fixture.ts';
import { numericalGradient, plainLoss, tiny } from './plainNetwork.ts';

const BATCH = 2;
const pictures = somePictures(3);
const weights = someWeights();
const seed = 11;
const geometry = { frame: 8, size: 8 };

let runtime: Runtime;
beforeAll(() => {
  runtime = openOnnxRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));

/** rows · picture · columns, channel by channel: what a crop and a flip are. */
function viewed(picture: readonly number[], rows: Float32Array, columns: Float32Array): number[] {
  return Array.from({ length: 192 }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / 64), Math.floor(i / 8) % 8, i % 8];
    let sum = 0;
    for (let r = 0; r < 8; r++) {
      for (let c = 0; c < 8; c++) {
        sum += (rows[y * 8 + r] ?? NaN) * (picture[channel * 64 + r * 8 + c] ?? NaN) * (columns[c * 8 + x] ?? NaN);
      }
    }
    return sum;
  });
}

/** The worst perturbation of one view, by its definition; draws come from `start`. */
function worst(seen: readonly number[], label: number, start: readonly number[], attack: AttackSettings): number[] {
  const [radius, alpha] = [attack.rhoA / 255, attack.alphaA / 255];
  let x = seen.map((s, i) => clamp(s + (start[i] ?? NaN), 0, 1));
  for (let k = 0; k < attack.steps; k++) {
    const g = numericalGradient((at) => plainLoss(weights, [at], [label], 'evaluation'), x);
    x = x.map((v, i) => {
      const s = seen[i] ?? NaN;
      return clamp(clamp(v + alpha * Math.sign(g[i] ?? NaN), s - radius, s + radius), 0, 1);
    });
  }
  return x.map((v, i) => v - (seen[i] ?? NaN));
}

/**
 * The last pass written out in loops: every gradient by differences of the loss. NaN where a gradient is as good as 0:
 * there its sign is rounding's.
 */
function expectedNoise(settings: NoiseSettings, labels: readonly number[]): number[] {
  const [radius, alpha] = [settings.rhoU / 255, settings.alphaU / 255];
  const count = BATCH * settings.views;
  const noise: number[] = [];
  const unsure = new Set<number>();
  for (let first = 0; first < pictures.count; first += BATCH) {
    const chosen = Array.from({ length: BATCH }, (_, i) => Math.min(first + i, pictures.count - 1));
    const random = new Random(seedOfPart(seed, first));
    const start = random.uniform(BATCH * 192, radius);
    const deltas = chosen.map((_, m) => [...start.subarray(m * 192, (m + 1) * 192)]);
    for (let k = 0; k < settings.steps; k++) {
      const sizes = Array.from({ length: count }, () => ({ width: 8, height: 8 }));
      const { rows, columns } = sampleViews(random, settings.distribution, geometry, sizes);
      const { adversary } = settings;
      const drawn = adversary
        ? Float64Array.from({ length: count * 192 }, () => random.between(-adversary.rhoA / 255, adversary.rhoA / 255))
        : random.uniform(count * 192, settings.rhoR / 255);
      chosen.forEach((index, m) => {
        const x = [...pictures.pixels.subarray(index * 192, (index + 1) * 192)].map((v) => v / 255);
        const label = labels[index] ?? 0;
        const seenBy = (delta: readonly number[], j: number): number[] => {
          const n = j * BATCH + m;
          return viewed(
            x.map((v, i) => clamp(v + (delta[i] ?? NaN), 0, 1)),
            rows.subarray(n * 64, (n + 1) * 64),
            columns.subarray(n * 64, (n + 1) * 64),
          );
        };
        const before = deltas[m] ?? [];
        const perturbations = Array.from({ length: settings.views }, (_, j) => {
          const n = j * BATCH + m;
          const own = [...drawn.subarray(n * 192, (n + 1) * 192)];
          return adversary ? worst(seenBy(before, j), label, own, adversary) : own;
        });
        const loss = (delta: number[]): number =>
          perturbations.reduce((sum, p, j) => {
            const seen = seenBy(delta, j).map((v, i) => v + (p[i] ?? NaN));
            return sum + plainLoss(weights, [seen], [label], 'evaluation');
          }, 0) / settings.views;
        const g = numericalGradient(loss, before);
        const least = 1e-4 * Math.max(...g.map(Math.abs));
        deltas[m] = before.map((v, i) => clamp(v - alpha * Math.sign(g[i] ?? NaN), -radius, radius));
        g.forEach((slope, i) => {
          if (Math.abs(slope) < least) unsure.add(index * 192 + i);
        });
      });
    }
    chosen.slice(0, pictures.count - first).forEach((_, m) => {
      noise.push(...(deltas[m] ?? []).map((v) => Math.round(255 * v)));
    });
  }
  return noise.map((level, i) => (unsure.has(i) ? NaN : level));
}

const em: NoiseSettings = { rhoU: 8, alphaU: 5, steps: 2, views: 1, rhoR: 0, distribution: UNCHANGED_VIEWS };
const sem: NoiseSettings = { ...em, views: 2, rhoR: 4, distribution: PADDED_VIEWS };
const rem: NoiseSettings = { ...sem, rhoR: 0, adversary: { rhoA: 4, alphaA: 3, steps: 1 } };

describe('the last pass is what loops and differences of the loss say', () => {
  it.each([
    ['EM: nothing to bear', em, [0, 1, 2]],
    ['SEM: random perturbations of random views', sem, [0, 1, 2]],
    ['REM: the worst perturbation of random views', rem, [0, 1, 2]],
    ['TAP: towards another class', em, [1, 2, 0]],
  ])('%s', async (_name, settings, labels) => {
    const noise = await lastPass(
      runtime,
      { network: tiny, weights },
      settings,
      BATCH,
      pictures,
      labels,
      seed,
      () => undefined,
    );
    const expected = expectedNoise(settings, labels);
    expect(noise).toHaveLength(expected.length);
    const sure = expected.filter((level) => !Number.isNaN(level));
    expect(sure.length).toBeGreaterThan(expected.length / 2);
    const off = expected.filter((level, i) => Math.abs(level - (noise[i] ?? NaN)) > 1);
    expect(off.length / sure.length).toBeLessThan(0.01);
  });
});
