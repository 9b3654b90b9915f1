import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isNear, relativeErrorOf } from '../../auto/index.ts';
import { UserError } from '../../errors.ts';
import { encodeSafetensors } from '../../network/index.ts';
import { openRuntime } from '../../protect/index.ts';
import { inWords, interleaved, leftOut, ratiosOf, spreadOf, type BenchmarkSection, type Spread } from '../index.ts';
import { Peer } from '../peer.ts';
import { feedsAsWeights, type PhotoNoise } from '../photoNoise.ts';
import { perSecond } from '../turns.ts';
import type { SectionSetting } from './setting.ts';

const FORMATS = ['contiguous', 'channels last'] as const;
type Format = (typeof FORMATS)[number];

const loaded = z.object({ version: z.string() });
const computed = z.object({ loss: z.array(z.number()), gradient: z.array(z.number()) });
const timed = z.object({ runs: z.number(), seconds: z.number() });

const ID = 'gradient';
const TITLE = 'Noise gradient against PyTorch on the processor';

interface Row {
  threads: number;
  /** Gradients in a second. */
  ours: Spread;
  torch: Record<Format, Spread>;
  better: Format;
  ratio: Spread;
}

/** Evaluations of a photo's noise gradient in a second, ours and PyTorch's, on one network, weights and views. */
export async function gradientSection(noise: PhotoNoise, setting: SectionSetting): Promise<BenchmarkSection> {
  const { python, pythonScripts, generatorFolder, threads } = setting;
  if (python === null) {
    return leftOut(ID, TITLE, 'it needs a Python with PyTorch and NumPy; name it with --python <path>.');
  }
  const folder = await mkdtemp(join(tmpdir(), 'stillgrain-benchmark-'));
  const peer = new Peer(python, [join(pythonScripts, 'torch_noise.py')], 'PyTorch');
  try {
    const inputs = join(folder, 'inputs.safetensors');
    await writeFile(inputs, encodeSafetensors(feedsAsWeights(noise), {}));
    const { version } = await peer.ask({ kind: 'load', generator: generatorFolder, inputs }, loaded);
    const error = await agreement(noise, peer, threads);
    const rows: Row[] = [];
    for (const count of new Set([1, threads])) rows.push(await race(noise, peer, count, setting));
    return sectionOf(rows, noise, { version, error, rounds: setting.rounds });
  } finally {
    await peer.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The largest relative error of PyTorch's gradients against ours. @throws UserError when they are not the same */
async function agreement({ fn, inputs, feeds }: PhotoNoise, peer: Peer, threads: number): Promise<number> {
  const runtime = await openRuntime('onnx/cpu', threads);
  try {
    const { gradient } = await (await runtime.compile(fn, inputs)).run(feeds);
    if (!gradient) throw new Error('the noise objective did not answer a gradient');
    let largest = 0;
    for (const format of FORMATS) {
      const theirs = await peer.ask({ kind: 'gradient', format }, computed);
      const error = relativeErrorOf(Float32Array.from(theirs.gradient), gradient);
      if (!isNear(error)) {
        throw new UserError(
          'runtime',
          `PyTorch’s gradient is another one (relative error ${error.toExponential(1)}).`,
          'Times of different computations are not compared: find out which one is wrong.',
        );
      }
      largest = Math.max(largest, error);
    }
    return largest;
  } finally {
    await runtime.close();
  }
}

async function race(
  { fn, inputs, feeds }: PhotoNoise,
  peer: Peer,
  threads: number,
  { rounds, seconds, pauseMs, onTurn }: SectionSetting,
): Promise<Row> {
  const runtime = await openRuntime('onnx/cpu', threads);
  try {
    const compiled = await runtime.compile(fn, inputs);
    const torch = (format: Format) => async (): Promise<number> => {
      const turn = await peer.ask({ kind: 'time', threads, format, seconds }, timed);
      return turn.runs / turn.seconds;
    };
    const rates = await interleaved(
      {
        ours: () => perSecond(() => compiled.run(feeds), seconds),
        contiguous: torch('contiguous'),
        'channels last': torch('channels last'),
      },
      { rounds, pauseMs, onTurn: (name, round) => onTurn(`${threads} thread(s), ${name}`, round) },
    );
    const spreads = { contiguous: spreadOf(rates.contiguous), 'channels last': spreadOf(rates['channels last']) };
    const better: Format = spreads.contiguous.median > spreads['channels last'].median ? 'contiguous' : 'channels last';
    const ratio = spreadOf(ratiosOf(rates.ours, rates[better]));
    return { threads, ours: spreadOf(rates.ours), torch: spreads, better, ratio };
  } finally {
    await runtime.close();
  }
}

function sectionOf(
  rows: readonly Row[],
  { views, inputs }: PhotoNoise,
  { version, error, rounds }: { version: string; error: number; rounds: number },
): BenchmarkSection {
  const delta = inputs.find(({ name }) => name === 'delta')?.shape.join(' × ') ?? '';
  return {
    id: ID,
    title: TITLE,
    columns: ['threads', 'ours, in a second', ...FORMATS.map((format) => `PyTorch ${format}`), 'ours / its better one'],
    rows: rows.map(({ threads, ours, torch, ratio }) => [
      String(threads),
      inWords(ours, 1),
      ...FORMATS.map((format) => inWords(torch[format], 1)),
      `${inWords(ratio)} ×`,
    ]),
    notes: [
      `One gradient: ${views} views of one photo, noise ${delta}; the generator's network and weights, batch normalization folded in both`,
      `PyTorch ${version}, eager; its gradients are ours to a relative error of ${error.toExponential(1)}`,
      `${rounds} rounds in which the contenders took turns`,
    ],
    figures: { rounds, views, version, relativeError: error, rows },
  };
}
