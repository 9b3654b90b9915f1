import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { RUNTIME_CHOICES, type RuntimeChoice } from '../auto/index.ts';
import { toFailure } from '../errors.ts';
import {
  ARCHITECTURES,
  COUNTERMEASURES_IN_WORDS,
  evaluateAlbums,
  markdownReport,
  parseCountermeasure,
  parseUpload,
  rowsTable,
  STRANGER,
  UPLOADS_IN_WORDS,
  type Architecture,
  type Countermeasure,
  type EvaluationProgress,
  type EvaluationResult,
  type ProtectionRequest,
  type TableContext,
  type Upload,
} from '../evaluate/index.ts';
import { closePhotoLibrary } from '../photo/index.ts';
import { openEngine, openRuntime, type Engine } from '../protect/index.ts';
import { assertApart } from './apart.ts';
import { generatorFolder } from './assets.ts';
import { collect, parseStrength, wholeNumber } from './options.ts';
import { abortOnInterrupt, EXIT, progressLine, runCommand, say, type ProgressLine } from './output.ts';
import { addToFile, contextOf } from './record.ts';
import { commandLineRuntimes, planFor } from './runtimes.ts';

interface Options {
  protected?: string;
  originalsOnly?: true;
  strength: number;
  seed: number;
  generator?: string;
  upload?: Upload[];
  countermeasure?: Countermeasure[];
  architecture?: Architecture[];
  share?: number[];
  references?: true;
  seeds: number;
  epochs?: number;
  perAlbum?: number;
  size: number;
  runtime: RuntimeChoice;
  threads?: number;
  work?: string;
  table?: string;
  json?: true;
}

/** `evaluate`: trains a stranger's model on protected copies and on the originals, and tells how badly it does. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description(
      'train a model from nothing on protected copies of albums, and on the originals, and test both on clean photos',
    )
    .argument('<folder>', 'a folder of albums: each sub-folder is one, and what a model has to tell apart')
    .addOption(
      new Option('--protected <folder>', 'protected copies that are there already; by default they are made').conflicts(
        ['originalsOnly', 'strength', 'seed', 'generator'],
      ),
    )
    .addOption(
      new Option(
        '--originals-only',
        'only train on the originals: can a model tell these albums apart at all?',
      ).conflicts(['strength', 'seed', 'generator']),
    )
    .option('--strength <strength>', 'subtle (4/255), standard (8/255), strong (16/255) or <n>/255', parseStrength, 8)
    .option('--seed <n>', 'seed of the protection', wholeNumber(0, 0xffff_ffff), 1)
    .option('--generator <folder>', 'another generator than the one that comes along')
    .addOption(several('--upload <name>', `after an upload: ${UPLOADS_IN_WORDS}`, parseUpload))
    .addOption(
      several('--countermeasure <name>', `with a countermeasure: ${COUNTERMEASURES_IN_WORDS}`, parseCountermeasure),
    )
    .addOption(
      several('--architecture <name>', `by another network: ${ARCHITECTURES.slice(1).join(', ')}`, parseArchitecture),
    )
    .addOption(
      several('--share <percent>', 'when only this share of each album is protected: 1 to 99', wholeNumber(1, 99)),
    )
    .addOption(
      new Option('--references', 'also train on originals after each upload and with each countermeasure').conflicts(
        'originalsOnly',
      ),
    )
    .option('--seeds <n>', 'trainings a row, each with a seed of its own', wholeNumber(1, 100), 3)
    .option(
      '--epochs <n>',
      'how often each photo is learned from; by default about 3300 batches in all, 10 to 150 times',
      wholeNumber(1, 10_000),
    )
    .option('--per-album <n>', 'use at most this many photos of each album', wholeNumber(1, 1_000_000))
    .option(
      '--size <pixels>',
      'side of the pictures that the model sees',
      wholeNumber(16, 256),
      STRANGER.network.inputSize,
    )
    .addOption(
      new Option('--runtime <runtime>', 'what computes; auto: the fastest here makes the copies, the processor trains')
        .choices(RUNTIME_CHOICES)
        .default('auto'),
    )
    .option('--threads <n>', 'threads of the computation', wholeNumber(1, 256))
    .option(
      '--work <folder>',
      'keep copies and finished trainings here; a second start goes on where the first one was',
    )
    .option('--table <file>', 'also add the table, with the command, date and machine, to this Markdown file')
    .option('--json', 'the result as JSON on standard output')
    .action((folder: string, options: Options) => runCommand(options.json === true, () => evaluate(folder, options)));
}

function parseArchitecture(name: string): Architecture {
  const found = ARCHITECTURES.find((one) => one === name);
  if (found) return found;
  throw new InvalidArgumentError(`Choose ${ARCHITECTURES.join(', ')}.`);
}

/** An option that adds a row each time it is given, its value read by `parse`. */
function several(flags: string, how: string, parse: (text: string) => unknown): Option {
  return new Option(flags, `also train on protected copies ${how}; may be repeated`)
    .argParser(collect(parse))
    .conflicts('originalsOnly');
}

async function evaluate(folder: string, options: Options): Promise<number> {
  const signal = abortOnInterrupt();
  const context = contextOf();
  const bars = new Bars();
  await assertAlbumsApart(resolve(folder), options);
  try {
    const result = await withProtection(options, async (protection) => {
      // The stranger's machine is its own: what protected the copies is not what trains on them.
      // Models side by side, each on one thread, are quicker than one model on all of them.
      const runtime = await openRuntime(options.runtime === 'auto' ? 'onnx/cpu' : options.runtime, 1);
      try {
        return await evaluateAlbums(
          runtime,
          {
            folder: resolve(folder),
            protection,
            uploads: options.upload ?? [],
            countermeasures: options.countermeasure ?? [],
            architectures: options.architecture ?? [],
            shares: options.share ?? [],
            references: options.references === true,
            seeds: Array.from({ length: options.seeds }, (_, i) => i + 1),
            perAlbum: options.perAlbum ?? null,
            atOnce: options.threads ?? availableParallelism(),
            work: options.work === undefined ? null : resolve(options.work),
            stranger: {
              ...STRANGER,
              epochs: options.epochs ?? null,
              network: { ...STRANGER.network, inputSize: options.size },
            },
          },
          { onProgress: (progress) => bars.show(progress), signal },
        );
      } finally {
        await runtime.close();
      }
    });
    bars.stop();
    report(result, context, options.json === true);
    const written =
      options.table === undefined || (await addToFile(resolve(options.table), markdownReport(result, context)));
    return written && result.skipped.length === 0 ? EXIT.done : EXIT.someFailed;
  } catch (thrown) {
    bars.stop();
    if (signal.aborted && toFailure(thrown).code === 'cancelled') return EXIT.interrupted;
    throw thrown;
  } finally {
    await closePhotoLibrary();
  }
}

/** What lies among the albums is taken for one of them the next time. */
async function assertAlbumsApart(albums: string, options: Pick<Options, 'work' | 'protected'>): Promise<void> {
  if (options.work !== undefined) await assertWorkApart(options.work, albums);
  if (options.protected === undefined) return;
  const problem = 'The copies and the albums lie one in the other: the copies would be taken for albums.';
  await assertApart(resolve(options.protected), albums, problem, '--protected');
}

/** @throws UserError when what is kept with `--work` would lie among the albums, or they among it */
export async function assertWorkApart(work: string, albums: string): Promise<void> {
  const problem =
    'The folder to work in and the albums lie one in the other: what is kept would be taken for an album.';
  await assertApart(resolve(work), albums, problem, '--work');
}

async function withProtection<T>(
  options: Options,
  work: (protection: ProtectionRequest | null) => Promise<T>,
): Promise<T> {
  if (options.originalsOnly) return work(null);
  if (options.protected !== undefined) return work({ copies: 'given', folder: resolve(options.protected) });
  const generator = options.generator === undefined ? generatorFolder() : resolve(options.generator);
  const threads = options.threads ?? null;
  const runtimes = await planFor(options.runtime, commandLineRuntimes(generator), threads);
  const engine: Engine = await openEngine({ generatorFolder: generator, runtimes, threads });
  try {
    return await work({ copies: 'made', engine, rhoU: options.strength, seed: options.seed });
  } finally {
    if (engine.runtime.notice !== null) say(engine.runtime.notice);
    await engine.close();
  }
}

const TITLES = { photos: 'Photos', training: 'Training' } as const;

/** A progress line for each stage, one after the other. */
class Bars {
  #stage: EvaluationProgress['stage'] | null = null;
  #line: ProgressLine | null = null;

  show({ stage, done, total, secondsLeft, what }: EvaluationProgress): void {
    if (stage !== this.#stage) {
      this.stop();
      this.#stage = stage;
      this.#line = progressLine(total, TITLES[stage]);
    }
    // On a terminal the bar itself tells the time that is left.
    const told = process.stderr.isTTY || secondsLeft === null ? what : `${what}; ${inWords(secondsLeft)} left`;
    this.#line?.update(done, told);
  }

  stop(): void {
    this.#line?.stop();
    this.#line = null;
  }
}

export function inWords(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function report(result: EvaluationResult, context: TableContext, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...context, ...result }, null, 2)}\n`);
    return;
  }
  for (const { problem, remedy } of result.skipped) say(`${problem} ${remedy}`);
  process.stdout.write(`${rowsTable(result)}\n`);
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const originals = result.rows.find(({ pictures }) => pictures === 'originals');
  const shielded = result.rows.find(({ pictures }) => pictures === 'protected');
  if (!originals || !shielded) return;
  say(
    `A model trained on the originals recognizes ${percent(originals.mean)} of clean photos, one trained on the ` +
      `protected copies ${percent(shielded.mean)}; guessing gets ${percent(result.chance)}.`,
  );
}
