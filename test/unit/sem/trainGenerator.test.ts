import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import { openOnnxRuntime, type Runtime } from '../../../engine/runtime/index.ts';
import {
  assessGenerator,
  PAPER_CIFAR10,
  trainGenerator,
  type PictureSet,
  type TrainingSettings,
  type TrainingState,
} from '../../../engine/sem/index.ts';
import { UPLOAD_VIEWS } from '../../../engine/views/index.ts';

const network = { inputSize: 16, widths: [8, 16], blocks: 1, classes: 3 };
const settings: TrainingSettings = {
  network,
  noise: { rhoU: 8, alphaU: 3, steps: 1, views: 1, rhoR: 4, distribution: UPLOAD_VIEWS },
  attack: { rhoA: 4, alphaA: 2, steps: 1 },
  steps: 6,
  batch: 8,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-4,
  labels: 'album',
  seed: 1,
};

/** Pictures of random blobs: what they show must not matter. */
function blobs(count: number): PictureSet {
  const random = new Random(9);
  const pixels = new Uint8Array(count * 3 * 256);
  for (let i = 0; i < pixels.length; i++) pixels[i] = 100 + 60 * Math.sin(i / 7 + random.next());
  return { count, size: 16, pixels, labels: Int32Array.from({ length: count }, (_, i) => i % network.classes) };
}

let runtime: Runtime;
beforeAll(() => {
  runtime = openOnnxRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const copied = (state: TrainingState): TrainingState => structuredClone(state);

describe('generator training', () => {
  it('learns to read the noise: so well that its task becomes harder', async () => {
    const longer = { ...settings, steps: 160, batch: 16 };
    const { curve } = await trainGenerator(runtime, longer, blobs(64));
    expect(curve[0]?.loss).toBeGreaterThan(0);
    // The difficulty rises only while the running accuracy is above 60 %; chance is a third.
    expect(curve.at(-1)?.level).toBeGreaterThan(0.1);
  });

  it('an interrupted training goes on as if it had not been', async () => {
    const whole = await trainGenerator(runtime, settings, blobs(32));
    let steps = 0;
    let kept: TrainingState | undefined;
    await trainGenerator(runtime, settings, blobs(32), {
      stop: () => steps++ >= 3,
      onCheckpoint: (state) => {
        kept = copied(state);
        return Promise.resolve();
      },
    });
    expect(kept?.step).toBe(3);
    const resumed = await trainGenerator(runtime, settings, blobs(32), {}, kept);
    expect(resumed.step).toBe(whole.step);
    for (const [name, { data }] of Object.entries(whole.weights)) {
      expect([...(resumed.weights[name]?.data ?? [])], name).toEqual([...data]);
    }
  });

  it('that diverges ends, and nothing of it is kept', async () => {
    const kept: number[] = [];
    const run = (learningRate: number, steps: number, checkpointEvery: number): Promise<TrainingState> =>
      trainGenerator(runtime, { ...settings, learningRate, steps }, blobs(32), {
        checkpointEvery,
        onCheckpoint: ({ step }) => {
          kept.push(step);
          return Promise.resolve();
        },
      });
    const astray = { code: 'runtime', problem: /training went astray at step/, remedy: /smaller learning rate/ };
    await expect(run(1e30, 40, 100)).rejects.toMatchObject(astray);
    // The only step's loss is of the first weights; what it makes of them is no number.
    await expect(run(Infinity, 1, 1)).rejects.toMatchObject(astray);
    expect(kept).toEqual([]);
  });

  it("runs the paper's way too: labels of the pictures, noise from a random start, J views, PGD", async () => {
    const paper: TrainingSettings = {
      ...settings,
      noise: { ...PAPER_CIFAR10.noise, steps: 2, views: 2 },
      attack: { ...PAPER_CIFAR10.attack, steps: 2 },
      labels: 'picture',
      steps: 2,
    };
    const state = await trainGenerator(runtime, paper, blobs(32));
    expect(state.step).toBe(2);
    expect(state.weights['classifier.weight']?.data.every(Number.isFinite)).toBe(true);
  });

  it('assesses on held-out pictures with shares between 0 and 1', async () => {
    const { weights } = await trainGenerator(runtime, settings, blobs(32));
    const result = await assessGenerator(runtime, settings, weights, blobs(16), 8, { rhoA: 4, alphaA: 2, steps: 2 });
    expect(result.pictures).toBe(16);
    for (const share of [result.plainAccuracy, result.protectedAccuracy, result.attackedAccuracy]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(result.protectedAccuracy).toBeGreaterThanOrEqual(result.attackedAccuracy);
  });
});
