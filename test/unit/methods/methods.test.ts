import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorMinimizingNoise } from '../../../engine/methods/errorMinimizing.ts';
import { METHODS, withNoise, type NoiseTask } from '../../../engine/methods/index.ts';
import { shortcutNoise } from '../../../engine/methods/shortcut.ts';
import {
  EM_SETTINGS,
  NTGA_SETTINGS,
  REM_SETTINGS,
  SEM_SETTINGS,
  TAP_SETTINGS,
} from '../../../engine/methods/settings.ts';
import { tangentNoise } from '../../../engine/methods/tangentAttack.ts';
import { wholeLevels } from '../../../engine/methods/task.ts';
import { targetedNoise } from '../../../engine/methods/targeted.ts';
import { initialWeights } from '../../../engine/network/index.ts';
import { Random } from '../../../engine/random/index.ts';
import { openOnnxRuntime, type Runtime } from '../../../engine/runtime/index.ts';
import {
  learningRateAt,
  PAPER_CIFAR10,
  PAPER_IMAGENET_SUBSET,
  trainGenerator,
  type DescentSettings,
  type PaperSettings,
  type TrainingState,
} from '../../../engine/sem/index.ts';
import { UNCHANGED_VIEWS } from '../../../engine/views/index.ts';
import { somePictures, taskOf } from './fixture.ts';
import { numericalGradient, plainLoss, tiny } from './plainNetwork.ts';

let runtime: Runtime;
beforeAll(() => {
  runtime = openOnnxRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const quick = { steps: 3, batch: 4, decay: { every: 2, factor: 0.1 } };
const small = (settings: PaperSettings): PaperSettings => {
  const { adversary } = settings.noise;
  return {
    noise: { ...settings.noise, steps: 2, ...(adversary ? { adversary: { ...adversary, steps: 1 } } : {}) },
    attack: { ...settings.attack, steps: Math.min(1, settings.attack.steps) },
    training: { ...settings.training, ...quick },
  };
};

const makers: [string, (task: NoiseTask) => Int8Array | Promise<Int8Array>][] = [
  ['EM', (task) => errorMinimizingNoise(task, small(EM_SETTINGS.full))],
  ['REM', (task) => errorMinimizingNoise(task, small(REM_SETTINGS.full))],
  ['SEM', (task) => errorMinimizingNoise(task, small(SEM_SETTINGS.full))],
  [
    'TAP',
    (task) => {
      const { training, noise, ...rest } = TAP_SETTINGS.full;
      return targetedNoise(task, { ...rest, training: { ...training, ...quick }, noise: { ...noise, steps: 3 } });
    },
  ],
  ['SC', (task) => shortcutNoise(task, { rhoU: 8, patch: 4, separation: 10 })],
  ['NTGA', (task) => tangentNoise(task, { ...NTGA_SETTINGS.full, block: 4, validation: 3, steps: 2 })],
];

describe.each(makers)('%s', (_name, make) => {
  it('answers a noise of at most ρ_u for every picture, the same for the same seed', async () => {
    const shares: number[] = [];
    const task = taskOf(runtime, 1);
    const noise = await make({ ...task, hooks: { onProgress: (share) => shares.push(share) } });
    expect(noise).toHaveLength(7 * 3 * 64);
    for (let i = 0; i < 7; i++) {
      const levels = noise.subarray(i * 192, (i + 1) * 192).map(Math.abs);
      expect(Math.max(...levels)).toBeLessThanOrEqual(8);
      expect(Math.max(...levels)).toBeGreaterThan(0);
    }
    expect(shares.at(-1)).toBeCloseTo(1, 10);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([...(await make(taskOf(runtime, 1)))]).toEqual([...noise]);
    expect([...(await make(taskOf(runtime, 2)))]).not.toEqual([...noise]);
  });

  it('stops when it is told to', async () => {
    const stop = new Error('enough');
    const hooks = {
      onProgress: () => {
        throw stop;
      },
    };
    await expect(async () => make({ ...taskOf(runtime, 1), hooks })).rejects.toBe(stop);
  });
});

it('a noise of numbers that are none is no noise', () => {
  expect([...wholeLevels([0.01, -1, 1, 0], 8)]).toEqual([3, -8, 8, 0]);
  expect(() => wholeLevels(new Float32Array([0.01, NaN]), 8)).toThrow(/noise went astray/);
});

it('a noise whose training was interrupted goes on from its checkpoint to the same end', async () => {
  const settings = small(SEM_SETTINGS.full);
  const whole = await errorMinimizingNoise(taskOf(runtime, 1), settings);
  let kept: TrainingState | null = null;
  let read = 0;
  const checkpoint = {
    read: () => Promise.resolve(read++ > 0 ? structuredClone(kept) : null),
    write: (_settings: unknown, state: TrainingState) => {
      kept = structuredClone(state);
      return Promise.resolve();
    },
  };
  const first = new Error('after the training');
  await expect(
    errorMinimizingNoise(
      {
        ...taskOf(runtime, 1),
        hooks: {
          checkpoint,
          onProgress: () => {
            if (kept) throw first;
          },
        },
      },
      settings,
    ),
  ).rejects.toBe(first);
  const resumed = await errorMinimizingNoise({ ...taskOf(runtime, 1), hooks: { checkpoint } }, settings);
  expect([...resumed]).toEqual([...whole]);
});

describe('the training of a surrogate', () => {
  it("takes one step of SGD as loops and differences of the loss say, TAP's clean network", async () => {
    const training: DescentSettings = { steps: 1, batch: 4, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 };
    const noise = { rhoU: 0, alphaU: 0, steps: 0, views: 1, rhoR: 0, distribution: UNCHANGED_VIEWS };
    const attack = { rhoA: 0, alphaA: 0, steps: 0 };
    const pictures = somePictures(6);
    const decay = { every: 1, factor: 0.5 };
    const settings = { ...training, decay, network: tiny, noise, attack, labels: 'picture' as const, seed: 4 };
    const { weights } = await trainGenerator(runtime, settings, pictures);

    const before = initialWeights(tiny, new Random(4));
    const random = new Random((4 ^ 0x85ebca6b) | 0);
    const chosen = Array.from({ length: 4 }, () => random.below(6));
    const seen = chosen.map((i) => [...pictures.pixels.subarray(i * 192, (i + 1) * 192)].map((v) => v / 255));
    const labels = chosen.map((i) => pictures.labels[i] ?? 0);
    for (const name of ['stem.weight', 'stage0.block0.second.scale', 'classifier.weight', 'classifier.bias']) {
      const start = before[name]?.data ?? new Float32Array();
      const loss = (values: number[]): number => {
        const changed = { ...before, [name]: { data: values } };
        return plainLoss(changed, seen, labels, 'training');
      };
      const gradient = numericalGradient(loss, [...start]);
      gradient.forEach((g, i) => {
        const w = start[i] ?? NaN;
        expect(weights[name]?.data[i], `${name} ${i}`).toBeCloseTo(w - 0.1 * (g + 5e-4 * w), 5);
      });
    }
  });

  it("has the paper's steps of the learning rate", () => {
    const rate = (step: number): number => learningRateAt(PAPER_CIFAR10.training, step);
    expect([0, 1999, 2000, 3999, 4000, 4999].map((step) => rate(step).toPrecision(6))).toEqual(
      [0.1, 0.1, 0.01, 0.01, 0.001, 0.001].map((value) => value.toPrecision(6)),
    );
    expect(PAPER_CIFAR10.training).toMatchObject({ steps: 5000, batch: 128, momentum: 0.9, weightDecay: 5e-4 });
    expect(PAPER_IMAGENET_SUBSET).toMatchObject({
      training: { steps: 3000, decay: { every: 1200 } },
      noise: { steps: 7, views: 4 },
      attack: { steps: 7 },
    });
  });
});

it('methods of the paper are there, each with a source and settings', () => {
  expect(Object.keys(METHODS).sort()).toEqual(['em', 'ntga', 'rem', 'sc', 'sem', 'tap']);
  for (const method of Object.values(METHODS)) {
    expect(method.source).toMatch(/20\d\d/);
    expect(method.work(100, 'reduced')).toBeGreaterThan(0);
    expect(method.work(100, 'reduced')).toBeLessThanOrEqual(method.work(100, 'full'));
  }
});

it('noise is added within 0 and 255', () => {
  const pictures = { ...somePictures(1), count: 1, pixels: Uint8Array.of(0, 3, 128, 250, 255) };
  expect([...withNoise(pictures, Int8Array.of(-8, -8, 8, 8, 8)).pixels]).toEqual([0, 0, 136, 255, 255]);
});
