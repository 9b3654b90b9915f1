import { expect, it } from 'vitest';
import { meanOf, spreadOf } from '../../../engine/evaluate/statistics.ts';
import { STRANGER } from '../../../engine/evaluate/settings.ts';
import { markdownReport, rowsTable } from '../../../engine/evaluate/table.ts';
import { timeLeft } from '../../../engine/evaluate/timeLeft.ts';
import type { EvaluationResult, EvaluationRow } from '../../../engine/evaluate/types.ts';

function row(
  pictures: EvaluationRow['pictures'],
  upload: EvaluationRow['upload'],
  accuracies: number[],
): EvaluationRow {
  const point = { epoch: 1, loss: 1, trainingAccuracy: 1 };
  const runs = accuracies.map((accuracy, i) => ({
    seed: i + 1,
    accuracy,
    curve: [
      { ...point, heldOutAccuracy: accuracy + 0.02 },
      { ...point, epoch: 2, heldOutAccuracy: accuracy },
    ],
    seconds: 1,
  }));
  return {
    pictures,
    upload,
    countermeasure: null,
    architecture: 'resnet',
    share: 100,
    runs,
    mean: meanOf(accuracies),
    spread: spreadOf(accuracies),
  };
}

const result: EvaluationResult = {
  albums: [
    { name: 'cats', training: 160, heldOut: 40 },
    { name: 'dogs', training: 80, heldOut: 20 },
  ],
  chance: 0.5,
  stranger: { ...STRANGER, epochs: 20 },
  seeds: [1, 2],
  protection: {
    copies: 'made',
    rhoU: 8,
    generator: { name: 'small', sha256: 'abcdef0123456789' },
    noiseVersion: 4,
    psnr: 35.04,
  },
  rows: [row('originals', 'none', [0.9, 0.8]), row('protected', 'jpeg-50', [0.5, 0.5])],
  skipped: [],
  runtime: 'onnx/cpu',
  seconds: 61.2,
  kept: 0,
};

it('shows every seed, the mean, the spread and the best epoch', () => {
  expect(rowsTable(result).split('\n')).toEqual([
    '| trained on | seed 1 | seed 2 | mean | spread | best epoch |',
    '| --- | --: | --: | --: | --: | --: |',
    '| originals | 90.0 % | 80.0 % | 85.0 % | ± 7.1 | 87.0 % |',
    '| protected, jpeg-50 | 50.0 % | 50.0 % | 50.0 % | ± 0.0 | 52.0 % |',
    '| guessing | 50.0 % | 50.0 % | 50.0 % | – | 50.0 % |',
  ]);
});

it('can be repeated from its table', () => {
  const report = markdownReport(result, {
    command: 'npm run evaluate -- albums',
    date: '2026-11-22T12:00:00.000Z',
    machine: 'a machine',
  });
  for (const fact of [
    '## Evaluation of 2026-11-22',
    '`npm run evaluate -- albums`',
    'a machine; runtime onnx/cpu; 61 s of training, added up\n',
    'cats (160 + 40), dogs (80 + 20)',
    '8/255, noise version 4, generator small (abcdef012345), lossless copies, mean PSNR 35.0 dB',
    'widths 16-32-64-128',
    '20 epochs',
  ]) {
    expect(report).toContain(fact);
  }
  expect(report).not.toContain('left out');
  const again = markdownReport({ ...result, kept: 3 }, { command: 'again', date: '2026-11-22', machine: 'a machine' });
  expect(again).toContain('61 s of training, added up (3 of 4 trainings kept from an earlier start)');
});

it('knows the spread of a sample', () => {
  expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 10);
  expect(spreadOf([1])).toBeNull();
});

it('tells the time left from the pace so far', () => {
  let now = 0;
  const left = timeLeft(10, () => now);
  expect(left(0)).toBeNull();
  now = 4000;
  expect(left(2)).toBeCloseTo(16, 10);
  expect(left(10)).toBe(0);
});

it('forgets for the time left what was found done at the start', () => {
  let now = 0;
  const left = timeLeft(1000, () => now);
  expect(left(900)).toBe(0);
  for (let done = 901; done <= 910; done++) {
    now += 30_000;
    left(done);
  }
  now += 30_000;
  expect(left(911)).toBeCloseTo(89 * 30, 6);
});
