import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLanes } from '../../../engine/evaluate/lanes.ts';
import {
  evaluatePaper,
  orderInWords,
  PAPER_SCALES,
  paperReport,
  paperTable,
  type PaperProgress,
  type PaperRequest,
  type PaperResult,
} from '../../../engine/evaluate/paper/index.ts';
import { strangersSeed } from '../../../engine/evaluate/paper/evaluatePaper.ts';
import type { LabelledPictures } from '../../../engine/methods/index.ts';
import { Random } from '../../../engine/random/index.ts';
import { initialWeights } from '../../../engine/network/index.ts';
import { openOnnxRuntime, type Runtime } from '../../../engine/runtime/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

/** Stripes in noise, across or down. */
function stripes(count: number, seed: number): LabelledPictures {
  const random = new Random(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const pixels = Uint8Array.from({ length: count * 768 }, (_, i) => {
    const along = (labels[Math.floor(i / 768)] ?? 0) === 0 ? i % 16 : Math.floor(i / 16) % 16;
    return (along % 4 < 2 ? 90 : 150) + random.between(-20, 20);
  });
  return { count, size: 16, pixels, labels, classes: 2 };
}

const scale: PaperRequest['scale'] = {
  pictures: { training: 24, heldOut: 10 },
  network: { inputSize: 16, widths: [4, 6], blocks: 1, classes: 2 },
  stranger: { ...PAPER_SCALES.reduced.stranger, epochs: 2, batch: 8 },
};
const work = temporaryFolder();
const request: PaperRequest = {
  configuration: 'reduced',
  scale,
  training: stripes(24, 1),
  heldOut: stripes(10, 2),
  methods: ['sc'],
  radii: [0, 2],
  seeds: [1, 2],
  work,
  atOnce: 2,
};

/** As work folders have them from before names had a runtime: of one seed, plainly trained. */
const PROCESSOR_NAMES = [
  '48962dde7e4eb6f4448399a8be757cb9.json',
  'fb7c698fd6de97c9adcf0bf716892075.json',
  'sc-seed-1-82ffd0e62d11554bc757cde58c5e82a3.noise',
];

let runtime: Runtime;
beforeAll(() => {
  runtime = openOnnxRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

const withoutTimes = ({ rows }: PaperResult): unknown =>
  rows.map(({ pictures, cells }) => [pictures, cells.map(({ radius, runs }) => [radius, runs.map((r) => r.accuracy)])]);

describe('the paper setting', () => {
  it('can be stopped anywhere, and goes on where it was to the same end', async () => {
    const controller = new AbortController();
    const told: PaperProgress[] = [];
    const stopped = evaluatePaper(runtime, request, {
      signal: controller.signal,
      onProgress: (progress) => {
        told.push(progress);
        if (progress.stage === 'training' && progress.done > 0.6 * progress.total) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const files = readdirSync(work);
    expect(files.filter((name) => name.endsWith('.noise'))).toHaveLength(2);
    const runs = files.filter((name) => name.endsWith('.json'));
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.length).toBeLessThan(8);
    expect(files.filter((name) => /part|checkpoint/.test(name))).toEqual([]);
    const before = runs.map((name) => readFileSync(join(work, name), 'utf8'));

    const result = await evaluatePaper(runtime, request);
    expect(runs.map((name) => readFileSync(join(work, name), 'utf8'))).toEqual(before);
    expect(result.rows.map(({ pictures, cells }) => [pictures, cells.map(({ runs: own }) => own.length)])).toEqual([
      ['clean', [2, 2]],
      ['sc', [2, 2]],
    ]);
    const elsewhere = { ...request, work: join(work, 'again'), atOnce: 1 };
    expect(withoutTimes(await evaluatePaper(runtime, elsewhere))).toEqual(withoutTimes(result));
    expect(told.every(({ done, total }) => done <= total)).toBe(true);
  });

  it('does not take for one runtime’s what another made', async () => {
    const own = { ...request, work: join(work, 'runtimes'), seeds: [1], radii: [0] };
    const names = (): string[] => readdirSync(own.work).sort();
    await evaluatePaper(runtime, own);
    expect(names(), 'what was kept before is found').toEqual(PROCESSOR_NAMES);
    const card: Runtime = { ...runtime, name: 'onnx/webgpu', compile: (...what) => runtime.compile(...what) };
    await evaluatePaper(card, own);
    expect(names()).toHaveLength(6);
    expect(names()).toEqual(expect.arrayContaining(PROCESSOR_NAMES));
  });

  it('makes a damaged noise again, and one of another seed', async () => {
    const [noise] = readdirSync(work).filter((name) => name.endsWith('.noise'));
    const path = join(work, noise ?? '');
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, 100));
    await evaluatePaper(runtime, { ...request, seeds: [1, 2, 3], radii: [0] });
    expect(readFileSync(path).subarray(8).equals(whole.subarray(8))).toBe(true);
    expect(readdirSync(work).filter((name) => name.endsWith('.noise'))).toHaveLength(3);
  });
});

it('as many lanes as there are work side by side, and an error ends it when all have stopped', async () => {
  let underWay = 0;
  let most = 0;
  const done: number[] = [];
  const work3 = async (task: number): Promise<void> => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay--;
    if (task === 3) throw new Error('three');
    done.push(task);
  };
  await inLanes(['a', 'b'], [0, 1, 2], work3);
  expect(done).toEqual([0, 1, 2]);
  expect(most).toBe(2);
  await expect(inLanes(['a', 'b'], [2, 3, 4, 5, 6, 7], work3)).rejects.toThrow('three');
  expect(underWay).toBe(0);
  expect(done).not.toContain(7);
});

describe('the table', () => {
  const rowOf = (pictures: PaperResult['rows'][number]['pictures'], accuracies: number[]) => ({
    pictures,
    cells: [
      {
        radius: 4,
        runs: accuracies.map((accuracy, i) => ({ seed: i + 1, accuracy, curve: [], seconds: 1 })),
        mean: 0.5,
        spread: 0.01,
      },
    ],
  });
  const result: PaperResult = {
    configuration: 'reduced',
    pictures: { training: 24, heldOut: 10 },
    chance: 0.1,
    stranger: { ...scale.stranger, network: scale.network },
    methods: { sem: { rhoU: 8 } },
    seeds: [1, 2],
    radii: [4],
    rows: [rowOf('clean', [0.9, 0.9]), rowOf('em', [0.8, 0.5]), rowOf('rem', [0.5, 0.6]), rowOf('sem', [0.4, 0.4])],
    runtime: 'onnx/cpu',
    seconds: 12.3,
  };

  it('shows mean, spread and every seed, and where the order of the paper holds', () => {
    expect(paperTable(result).split('\n')).toEqual([
      '| trained on | radius 4/255 |',
      '| --- | --: |',
      '| clean pictures | 50.0 ± 1.0 (90.0, 90.0) |',
      '| EM | 50.0 ± 1.0 (80.0, 50.0) |',
      '| REM | 50.0 ± 1.0 (50.0, 60.0) |',
      '| SEM | 50.0 ± 1.0 (40.0, 40.0) |',
      '| guessing | 10.0 |',
    ]);
    expect(orderInWords(result)).toEqual(['At radius 4/255 SEM < REM < EM holds in 1 of 2 seeds.']);
    expect(orderInWords({ ...result, rows: result.rows.slice(0, 3) })).toEqual([]);
  });

  it('comes with everything that is needed to repeat it', () => {
    const report = paperReport(result, {
      command: 'npm run evaluate-paper',
      date: '2026-11-22T01:02:03Z',
      machine: 'a Z80',
    });
    for (const part of [
      '`npm run evaluate-paper`',
      'a Z80',
      '2026-11-22',
      '24 training pictures',
      'AAAI 2024',
      'holds in 1 of 2',
    ]) {
      expect(report).toContain(part);
    }
  });
});

it('a stranger does not begin with the weights of the surrogate that its noise was made against', () => {
  const first = (seed: number): string => JSON.stringify(initialWeights(scale.network, new Random(seed)));
  for (const seed of [1, 2, 3]) expect(first(strangersSeed(seed))).not.toBe(first(seed));
  expect(new Set([1, 2, 3].map(strangersSeed)).size).toBe(3);
});
