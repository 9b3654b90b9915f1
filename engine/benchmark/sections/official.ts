import { join } from 'node:path';
import { z } from 'zod';
import type { Canvas } from '../../photo/index.ts';
import { NoiseOptimizer, openRuntime, type Generator } from '../../protect/index.ts';
import { photoNoiseSettings } from '../../sem/index.ts';
import { inWords, interleaved, leftOut, ratiosOf, spreadOf, type BenchmarkSection, type Spread } from '../index.ts';
import { Peer } from '../peer.ts';
import type { SectionSetting } from './setting.ts';

const loaded = z.object({ version: z.string() });
const timed = z.object({ runs: z.number(), seconds: z.number() });

const ID = 'official';
const TITLE = 'Noise against the paper’s official implementation';
const RHO_U = 8;

interface Row {
  /** Pictures in one call of the official implementation; ours always takes one photo. */
  pictures: number;
  /** Steps × views × pictures in a second. */
  ours: Spread;
  theirs: Spread;
  ratio: Spread;
}

/** Steps × views of the final noise generation in a second, at the same K and J on the same network. */
export async function officialSection(
  generator: Generator,
  canvas: Canvas,
  setting: SectionSetting,
  batches: readonly number[],
): Promise<BenchmarkSection> {
  const { python, official, pythonScripts, generatorFolder, threads, rounds } = setting;
  if (python === null || official === null) {
    const needs =
      'it needs a Python with PyTorch and torchvision (--python <path>) and a checkout of the official code';
    return leftOut(ID, TITLE, `${needs} (--official <folder>; github.com/liuyixin-louis/Stable-Unlearnable-Example).`);
  }
  const { rhoU, steps, views, alphaU, rhoR } = photoNoiseSettings(RHO_U);
  const peer = new Peer(python, [join(pythonScripts, 'official_noise.py')], 'The official implementation');
  const runtime = await openRuntime('onnx/cpu', threads);
  try {
    const method = { steps, views, rhoU, alphaU, rhoR };
    const { version } = await peer.ask({ kind: 'load', official, generator: generatorFolder, ...method }, loaded);
    const optimizer = await NoiseOptimizer.open(generator, runtime);
    const rows: Row[] = [];
    for (const pictures of batches) {
      rows.push(await race(optimizer, canvas, peer, { ...setting, steps, views, pictures }));
    }
    return {
      id: ID,
      title: TITLE,
      columns: ['pictures in its batch', 'ours, steps × views in a second', 'official', 'ours / official'],
      rows: rows.map(({ pictures, ours, theirs, ratio }) => [
        String(pictures),
        inWords(ours, 0),
        inWords(theirs, 0),
        `${inWords(ratio)} ×`,
      ]),
      notes: [
        `K = ${steps} steps of J = ${views} views, ${threads} threads; the generator's network, in the official interface with its batch normalization folded`,
        `Ours takes one photo at a time and resamples its canvas to ${generator.network.inputSize} pixels with colour changes and JPEG; the official one pads, crops and flips pictures of that size`,
        `PyTorch ${version}; ${rounds} rounds in which they took turns`,
      ],
      figures: { rounds, steps, views, threads, version, rows },
    };
  } finally {
    await Promise.all([peer.close(), runtime.close()]);
  }
}

async function race(
  optimizer: NoiseOptimizer,
  canvas: Canvas,
  peer: Peer,
  {
    steps,
    views,
    pictures,
    threads,
    rounds,
    seconds,
    pauseMs,
    onTurn,
  }: SectionSetting & { steps: number; views: number; pictures: number },
): Promise<Row> {
  const rates = await interleaved(
    {
      ours: async () => views * (await stepsInASecond(optimizer, canvas, seconds)),
      official: async () => {
        const turn = await peer.ask({ kind: 'time', threads, pictures, seconds }, timed);
        return (turn.runs * pictures * steps * views) / turn.seconds;
      },
    },
    { rounds, pauseMs, onTurn: (name, round) => onTurn(`batch ${pictures}, ${name}`, round) },
  );
  return {
    pictures,
    ours: spreadOf(rates.ours),
    theirs: spreadOf(rates.official),
    ratio: spreadOf(ratiosOf(rates.ours, rates.official)),
  };
}

/** Steps in a second from the beginning of a photo's noise to the end of its last step, of at least so many seconds. */
async function stepsInASecond(optimizer: NoiseOptimizer, canvas: Canvas, seconds: number): Promise<number> {
  let [done, passed] = [0, 0];
  // The first photo is not counted.
  for (let seed = 0; seed < 2 || passed < seconds; seed++) {
    const started = performance.now();
    let [steps, last] = [0, started];
    await optimizer.optimize(canvas, { rhoU: RHO_U, targetClass: 0, seed }, (step) => {
      // What comes after the last step measures the loss, which the official implementation does not.
      [steps, last] = [step, performance.now()];
    });
    if (seed === 0) continue;
    done += steps;
    passed += (last - started) / 1000;
  }
  return done / passed;
}
