import type { RuntimeId } from '../../auto/index.ts';
import type { Canvas } from '../../photo/index.ts';
import { openRuntime, type Generator } from '../../protect/index.ts';
import { compileNoiseGradient } from '../../protect/noiseGradient.ts';
import { photoProblem } from '../../protect/photoProblem.ts';
import { Random } from '../../random/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { photoNoiseSettings, stableNoise, type NoiseProblem } from '../../sem/index.ts';
import { inWords, interleaved, leftOut, ratiosOf, spreadOf, type BenchmarkSection, type Spread } from '../index.ts';
import { perSecond } from '../turns.ts';
import type { SectionSetting } from './setting.ts';

/** What one call may compute: views of so many photos, so many of each. */
export interface CallShape {
  photos: number;
  views: number;
}

const ID = 'batch';
const TITLE = 'How many views one call computes';

interface Row extends CallShape {
  /** Views in a second. */
  rate: Spread;
  ratio: Spread;
  shipped: boolean;
}

/** The shipped call, J views of one photo, and what is smaller and larger than it. */
export function callShapes(views: number): CallShape[] {
  const divisors = [1, 2, 3].filter((part) => part < views && views % part === 0);
  return [
    ...divisors.map((part) => ({ photos: 1, views: part })),
    ...[views, 2 * views].map((all) => ({ photos: 1, views: all })),
    ...[2, 4, 8].map((photos) => ({ photos, views })),
  ];
}

/**
 * Views that the noise gradient computes in a second by how many of them one call takes: what splitting J, or taking
 * several photos at once, would gain on a device.
 * @param canvas the photo; several are the same one several times, which costs the same as others would
 */
export async function batchSection(
  generator: Generator,
  canvas: Canvas,
  { runtimes, rounds, seconds, pauseMs, threads, onTurn }: SectionSetting,
): Promise<BenchmarkSection> {
  const id = runtimes[0]?.id;
  if (id === undefined) return leftOut(ID, TITLE, 'no runtime can compute here.');
  const { views } = photoNoiseSettings(8);
  const shapes = callShapes(views);
  const runtime = await openRuntime(id, threads);
  try {
    const calls: Record<string, () => Promise<number>> = {};
    for (const shape of shapes) calls[nameOf(shape)] = await rateOf(generator, runtime, canvas, shape, seconds);
    const rates = await interleaved(calls, { rounds, pauseMs, onTurn });
    const own = rates[nameOf({ photos: 1, views })] ?? [];
    const rows = shapes.map((shape): Row => {
      const all = rates[nameOf(shape)] ?? [];
      const shipped = shape.photos === 1 && shape.views === views;
      return { ...shape, rate: spreadOf(all), ratio: spreadOf(ratiosOf(all, own)), shipped };
    });
    return sectionOf(rows, id, { rounds, threads });
  } finally {
    await runtime.close();
  }
}

const nameOf = ({ photos, views }: CallShape): string => `${photos} × ${views}`;

async function rateOf(
  generator: Generator,
  runtime: Runtime,
  canvas: Canvas,
  { photos, views }: CallShape,
  seconds: number,
): Promise<() => Promise<number>> {
  const settings = { ...photoNoiseSettings(8), steps: 1 };
  const gradient = await compileNoiseGradient(generator, runtime, { pictures: photos, views });
  const problem = repeated(photoProblem(generator, canvas, { rhoU: settings.rhoU, targetClass: 0, seed: 1 }), photos);
  const random = new Random(1);
  return async () => {
    const calls = await perSecond(() => stableNoise(gradient, problem, settings, random), seconds);
    return calls * photos * views;
  };
}

/** The same photo, so many times. */
function repeated({ x, delta, sizes, labels }: NoiseProblem, photos: number): NoiseProblem {
  const several = (one: Float32Array): Float32Array => {
    const all = new Float32Array(photos * one.length);
    for (let n = 0; n < photos; n++) all.set(one, n * one.length);
    return all;
  };
  const list = <T>(one: readonly T[]): T[] => Array.from({ length: photos }, () => one).flat();
  return { x: several(x), delta: several(delta), sizes: list(sizes), labels: list(labels) };
}

function sectionOf(
  rows: readonly Row[],
  runtime: RuntimeId,
  { rounds, threads }: { rounds: number; threads: number },
): BenchmarkSection {
  return {
    id: ID,
    title: TITLE,
    columns: ['photos × views of each', 'views in a second', 'against the shipped call'],
    rows: rows.map(({ rate, ratio, shipped, ...shape }) => [
      shipped ? `**${nameOf(shape)}**, shipped` : nameOf(shape),
      inWords(rate, 0),
      `${inWords(ratio)} ×`,
    ]),
    notes: [
      `Steps as photos are protected by them, sampling of views and δʳ among it; ${runtime}, ${threads} thread(s)`,
      `${rounds} rounds in which they took turns`,
    ],
    figures: { rounds, runtime, threads, rows },
  };
}
