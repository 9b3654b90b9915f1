import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classificationObjective } from '../../../engine/evaluate/objectives.ts';
import { geometryOf, pictureSet, type AlbumPictures, type LabelledPicture } from '../../../engine/evaluate/pictures.ts';
import { epochsFor, STRANGER } from '../../../engine/evaluate/settings.ts';
import { Stranger, type Answers } from '../../../engine/evaluate/stranger.ts';
import type { StrangerSettings } from '../../../engine/evaluate/types.ts';
import { foldBatchNorm, initialWeights } from '../../../engine/network/index.ts';
import { Random } from '../../../engine/random/index.ts';
import { openOnnxRuntime, openTfjsCpu, type Runtime } from '../../../engine/runtime/index.ts';
import { arraysOf, cosine, warmUpOf } from '../../../engine/sem/index.ts';

const settings: StrangerSettings = {
  ...STRANGER,
  network: { inputSize: 16, widths: [8, 12], blocks: 1 },
  epochs: 6,
  batch: 8,
};
const { frame } = geometryOf(16);

/** Stripes in noise, across in class 0 and down in class 1: colour alone does not tell them apart. */
function stripes(count: number, seed: number): LabelledPicture[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    const [width, height] = [18 + random.below(7), 18];
    const phase = random.below(4);
    const pixels = Float32Array.from({ length: 3 * width * height }, (_pixel, k) => {
      const [x, y] = [k % width, Math.floor(k / width) % height];
      const dark = ((label === 0 ? y : x) + phase) % 4 < 2;
      return (dark ? 0.3 : 0.6) + random.between(-0.1, 0.1);
    });
    return { label, canvas: { pixels, width, height } };
  });
}

const training = pictureSet(stripes(64, 1), frame);
const heldOut = pictureSet(stripes(21, 2), frame);

let runtime: Runtime;
let stranger: Stranger;
beforeAll(async () => {
  runtime = openOnnxRuntime({ threads: 1 });
  stranger = await Stranger.open(runtime, settings, 2);
});
afterAll(async () => {
  await stranger.close();
  await runtime.close();
});

describe('the stranger', () => {
  it('learns what can be told apart', async () => {
    const { accuracy, curve } = await stranger.train(training, heldOut, 1);
    expect(curve.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(curve.at(-1)?.loss).toBeLessThan((curve[0]?.loss ?? 0) / 2);
    expect(accuracy).toBeGreaterThan(0.9);
    expect(accuracy).toBe(curve.at(-1)?.heldOutAccuracy);
  });

  it('is as wrong about swapped labels as it was right', async () => {
    const swapped: AlbumPictures = { ...heldOut, labels: heldOut.labels.map((label) => 1 - label) };
    expect((await stranger.train(training, swapped, 1)).accuracy).toBeLessThan(0.1);
  });

  it('repeats itself with one seed and not with another', async () => {
    const [first, again, other] = [
      await stranger.train(training, heldOut, 3),
      await stranger.train(training, heldOut, 3),
      await stranger.train(training, heldOut, 4),
    ];
    expect(again.curve).toEqual(first.curve);
    expect(other.curve).not.toEqual(first.curve);
  });

  it('says so when its training goes astray, and does not take it for protected photos', async () => {
    const astray = await Stranger.open(runtime, { ...settings, learningRate: 1e30 }, 2);
    await expect(astray.train(training, heldOut, 1)).rejects.toThrow(/training went astray/);
    await astray.close();
  });

  it('does not look for an order of no pictures at all', async () => {
    await expect(stranger.train(pictureSet([], frame), heldOut, 1)).rejects.toThrow(RangeError);
  });

  it('counts albums of different sizes alike', async () => {
    // All of class 0 and one of class 1, which is told wrong: half of the albums are right, not 11 of 12.
    const zeros = stripes(22, 5).filter(({ label }) => label === 0);
    const one = { label: 1, canvas: zeros[0]?.canvas ?? { pixels: new Float32Array(3), width: 1, height: 1 } };
    const uneven = pictureSet([...zeros, one], frame);
    const told: Answers[] = [];
    const { accuracy, curve } = await stranger.train(training, uneven, 1, {
      onTested: (answers) => told.push(answers),
    });
    expect(accuracy).toBeCloseTo(0.5, 5);
    expect(told).toHaveLength(curve.length);
    expect(told.at(-1)).toEqual([
      [zeros.length, 0],
      [1, 0],
    ]);
  });

  it('tells nothing of an album that it was not asked about', async () => {
    const zeros = pictureSet(
      stripes(10, 6).filter(({ label }) => label === 0),
      frame,
    );
    let last: Answers = [];
    const { accuracy } = await stranger.train(training, zeros, 1, { onTested: (answers) => (last = answers) });
    expect(last[1]).toEqual([0, 0]);
    expect(accuracy).toBe((last[0]?.[0] ?? NaN) / 5);
  });

  it('stops when it is told to', async () => {
    const stop = new Error('stop');
    const onStep = (epochs: number): void => {
      if (epochs > 1) throw stop;
    };
    await expect(stranger.train(training, heldOut, 1, { onStep })).rejects.toBe(stop);
  });
});

it('classifies alike on both runtimes', async () => {
  const network = { ...settings.network, classes: 3 };
  const { fn, inputs } = classificationObjective(network, 4);
  const random = new Random(9);
  const feeds = {
    seen: Float32Array.from({ length: 4 * 3 * 16 * 16 }, () => random.next()),
    ...arraysOf(foldBatchNorm(network, initialWeights(network, random))),
  };
  const expected = (await (await (await openTfjsCpu()).compile(fn, inputs)).run(feeds))['logits'];
  const actual = (await (await runtime.compile(fn, inputs)).run(feeds))['logits'];
  expect(actual?.length).toBe(12);
  actual?.forEach((logit, i) => expect(logit).toBeCloseTo(expected?.[i] ?? NaN, 4));
});

it('finds the same pictures harder under adversarial training', async () => {
  const plain = await stranger.train(training, heldOut, 1);
  const hardened = await stranger.train(training, heldOut, 1, { countermeasure: 'adversarial-8' });
  expect(hardened.curve.at(-1)?.loss).toBeGreaterThan(plain.curve.at(-1)?.loss ?? Infinity);
});

it('rises for no more than a tenth of a short training', () => {
  expect([60, 400, 960].map(warmUpOf)).toEqual([6, 40, 50]);
  const rates = Array.from({ length: 60 }, (_, step) => cosine(1, step, 60));
  expect(Math.max(...rates)).toBeGreaterThan(0.95);
  expect(rates.at(-1)).toBeLessThan(0.01);
});

it('takes fewer rounds through more photos', () => {
  expect([100, 800, 100_000].map((count) => epochsFor(count, 32))).toEqual([150, 132, 10]);
});
