import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Peer } from '../../../engine/benchmark/peer.ts';
import { photoNoiseOf, type PhotoNoise } from '../../../engine/benchmark/photoNoise.ts';
import { gradientSection, officialSection, peakSection } from '../../../engine/benchmark/sections/index.ts';
import { perSecond } from '../../../engine/benchmark/turns.ts';
import { loadGenerator, NoiseOptimizer, openRuntime, type Generator } from '../../../engine/protect/index.ts';
import { z } from 'zod';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { smallNetwork, writeSmallGenerator } from '../../fixtures/generator.ts';
import { settingWith } from './sectionSetting.ts';

const folder = temporaryFolder();
const canvas = { width: 100, height: 64, pixels: Float32Array.from({ length: 3 * 6400 }, (_, i) => (i % 97) / 97) };
let generator: Generator;
let noise: PhotoNoise;
let gradient: Float32Array;

beforeAll(async () => {
  await writeSmallGenerator(folder);
  generator = await loadGenerator(folder);
  noise = await photoNoiseOf(generator, canvas);
  const runtime = await openRuntime('onnx/cpu', 1);
  const optimizer = await NoiseOptimizer.open(generator, runtime);
  gradient = await optimizer.firstGradient(canvas, { rhoU: 8, targetClass: 0, seed: 1 });
  await runtime.close();
});

/** Scripts that Node runs in the place of Python's: the gradient they answer is `times` the right one. */
function standIns(name: string, times: number): string {
  const scripts = join(folder, name);
  mkdirSync(scripts);
  const answers = {
    load: { version: 'stand-in' },
    gradient: { loss: [1], gradient: [...gradient].map((value) => value * times) },
    time: { runs: 3, seconds: 1.5 },
  };
  const script = `const answers = ${JSON.stringify(answers)};
    require('node:readline').createInterface({ input: process.stdin })
      .on('line', (line) => console.log(JSON.stringify(answers[JSON.parse(line).kind])));`;
  for (const file of ['torch_noise.py', 'official_noise.py']) writeFileSync(join(scripts, file), script);
  return scripts;
}

describe('the noise that is measured', () => {
  it('is what the optimizer compiles, with its first feeds', async () => {
    expect(noise.views).toBeGreaterThan(1);
    expect(noise.inputs.find(({ name }) => name === 'rows')?.shape[1]).toBe(smallNetwork.inputSize);
    const runtime = await openRuntime('onnx/cpu', 1);
    const outputs = await (await runtime.compile(noise.fn, noise.inputs)).run(noise.feeds);
    await runtime.close();
    expect(outputs['gradient']).toEqual(gradient);
  });
});

describe('against PyTorch', () => {
  it('needs to be told of a Python, and says so', async () => {
    const { figures, notes } = await gradientSection(noise, settingWith(folder));
    expect(figures).toBeNull();
    expect(notes).toEqual([expect.stringContaining('--python <path>')]);
    expect(
      (await officialSection(generator, canvas, settingWith(folder, { python: 'python3' }), [1])).figures,
    ).toBeNull();
  });

  it('gives rates and ratios when the gradients agree', async () => {
    const setting = settingWith(folder, { python: process.execPath, pythonScripts: standIns('right', 1.00001) });
    const { rows, figures } = await gradientSection(noise, setting);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.[2]).toBe('2.0 (2.0 to 2.0)');
    expect(figures).toMatchObject({ version: 'stand-in', rounds: 2, rows: [{ ratio: { count: 2 } }] });
    const official = await officialSection(generator, canvas, { ...setting, official: folder }, [1, 4]);
    // 3 runs in 1.5 s, of so many pictures with K steps of J views.
    const { figures: found } = z
      .object({
        figures: z.object({
          steps: z.number(),
          views: z.number(),
          rows: z.array(z.object({ theirs: z.object({ median: z.number() }) })),
        }),
      }) // prettier-ignore
      .parse(official);
    const { steps, views } = found;
    expect(found.rows.map(({ theirs }) => theirs.median)).toEqual([2 * steps * views, 2 * 4 * steps * views]);
  });

  it('times nothing when they do not', async () => {
    const setting = settingWith(folder, { python: process.execPath, pythonScripts: standIns('wrong', 1.5) });
    await expect(gradientSection(noise, setting)).rejects.toThrow('relative error 5.0e-1');
  });
});

describe('against the machine’s matrix product', () => {
  it('tells shares, and what was counted', async () => {
    const { rows, notes } = await peakSection(generator, noise, settingWith(folder, { rounds: 1 }));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.[3]).toMatch(/^\d+ % \(/);
    expect(notes[0]).toContain('forward and backward');
  });
});

describe('a process that takes part', () => {
  it('that is not there, or fails, is told in a sentence', async () => {
    const gone = new Peer(join(folder, 'no-python'), [], 'PyTorch');
    await expect(gone.ask({ kind: 'load' }, z.unknown())).rejects.toThrow(
      /^PyTorch could not be measured: no-python: /,
    );
    const dying = new Peer(
      process.execPath,
      ['-e', 'console.error("No module named torch"); process.exit(1)'],
      'PyTorch',
    );
    await expect(dying.ask({ kind: 'load' }, z.unknown())).rejects.toThrow('No module named torch. ');
    const refusing = new Peer(
      process.execPath,
      ['-e', `process.stdin.once('data', () => console.log('{"failed":"out of luck"}'))`],
      'It',
    );
    await expect(refusing.ask({ kind: 'load' }, z.unknown())).rejects.toThrow('It could not be measured: out of luck.');
    await Promise.all([gone.close(), dying.close(), refusing.close()]);
  });
});

it('a rate is of whole runs, the first one not counted', async () => {
  let runs = 0;
  const rate = await perSecond(() => Promise.resolve(runs++), 0);
  expect(runs).toBe(2);
  expect(rate).toBeGreaterThan(0);
});
