import { createHash } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { RUNTIME_IDS, type RuntimeId } from '../auto/index.ts';
import { toFailure, UserError } from '../errors.ts';
import { makeFolders, replaceFile } from '../files/index.ts';
import { encodeSafetensors } from '../network/index.ts';
import { closePhotoLibrary } from '../photo/index.ts';
import { DESCRIPTION_FILE, openRuntime, WEIGHTS_FILE, type GeneratorDescription } from '../protect/index.ts';
import {
  assessGenerator,
  MAXIMUM_CLASSES,
  PACE,
  paceFor,
  trainGenerator,
  type PictureSet,
  type TrainingSettings,
  type TrainingState,
} from '../sem/index.ts';
import { UPLOAD_VIEWS } from '../views/index.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { modelCard } from './modelCard.ts';
import { parseStrength, share, wholeNumber } from './options.ts';
import { abortOnInterrupt, EXIT, progressLine, runCommand, say } from './output.ts';
import { loadPictureSet } from './pictureSet.ts';

interface Options {
  out: string;
  name: string;
  data: string;
  dataLicence: string;
  licence: string;
  classes: number;
  pictures: number;
  held: number;
  steps: number;
  batch: number;
  learningRate: string;
  raiseAbove: number;
  width: number;
  strength: number;
  seed: number;
  threads: number;
  runtime: RuntimeId;
}

/** `train-generator`: Algorithm 1 on a folder of pictures, with checkpoints; makes what `assets/generator` holds. */
export function trainGeneratorCommand(): Command {
  const threads = availableParallelism();
  return new Command('train-generator')
    .description('train a generator on a folder of pictures (Algorithm 1); interrupt it and run it again to go on')
    .argument('<folder>', 'pictures to train on, searched recursively')
    .requiredOption('--out <folder>', 'where the generator, its model card and the checkpoint go')
    .option('--name <name>', 'name of the generator', 'stillgrain-generator')
    .option('--data <text>', 'what the pictures are, for the model card', 'not stated')
    .option('--data-licence <text>', 'licence of the pictures, for the model card', 'not stated')
    .option('--licence <text>', 'licence of the weights', 'MIT')
    .option('--classes <n>', 'target classes', wholeNumber(2, MAXIMUM_CLASSES), MAXIMUM_CLASSES)
    .option('--pictures <n>', 'how many pictures to train on', wholeNumber(64, 1_000_000), 5000)
    .option('--held <n>', 'how many further pictures to test on', wholeNumber(32, 100_000), 512)
    .option('--steps <n>', 'training steps M', wholeNumber(1, 1_000_000), 2000)
    .option('--batch <n>', 'pictures a step', wholeNumber(2, 4096), 64)
    .option('--learning-rate <x>', 'largest learning rate', '0.1')
    .option(
      '--raise-above <share>',
      'the difficulty rises while more than this share is read; above 0.6 the adversary hardly comes',
      (text) => share(text),
      PACE.raiseAbove,
    )
    .option('--width <n>', 'channels of the first stage', wholeNumber(4, 256), 32)
    .option('--strength <strength>', 'ρ_u that it is trained for', parseStrength, 8)
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, 0xffff_ffff), 1)
    .option('--threads <n>', 'threads of the computation', wholeNumber(1, 256), threads)
    .addOption(new Option('--runtime <runtime>', 'what computes').choices(RUNTIME_IDS).default('onnx/cpu'))
    .action((folder: string, options: Options, command: Command) =>
      runCommand(false, () => {
        const signal = abortOnInterrupt();
        return train(resolve(folder), options, commandLine(command), signal).catch((thrown: unknown) => {
          if (signal.aborted && toFailure(thrown).code === 'cancelled') return EXIT.interrupted;
          throw thrown;
        });
      }),
    );
}

const INPUT_SIZE = 64;

/** SHA-256 of the pictures of several sets. */
function digestOf(...sets: readonly PictureSet[]): string {
  const hash = createHash('sha256');
  for (const { count, pixels } of sets) hash.update(`${count} `).update(pixels);
  return hash.digest('hex');
}

async function train(folder: string, options: Options, commandText: string, signal: AbortSignal): Promise<number> {
  const settings = settingsOf(options);
  const out = resolve(options.out);
  const checkpoint = join(out, 'checkpoint');
  await makeFolders(checkpoint);
  const { training, held } = await loadPictureSet(folder, {
    size: INPUT_SIZE,
    training: options.pictures,
    held: options.held,
    seed: options.seed,
    signal,
  });
  await closePhotoLibrary();
  const runtime = await openRuntime(options.runtime, options.threads);
  try {
    const trained = { settings, pictures: digestOf(held, training) };
    const resume = await readCheckpoint(checkpoint, trained);
    if (resume) say(`Going on from the checkpoint at step ${resume.step} of ${settings.steps}.`);
    const line = progressLine(settings.steps, 'Training');
    const state = await trainGenerator(
      runtime,
      settings,
      training,
      {
        checkpointEvery: 100,
        onCheckpoint: (kept) => writeCheckpoint(checkpoint, trained, kept),
        onStep: ({ step, loss, accuracy, level }) =>
          line.update(step, `loss ${loss.toFixed(2)}, accuracy ${accuracy.toFixed(2)}, difficulty ${level.toFixed(2)}`),
        stop: () => signal.aborted,
      },
      resume ?? undefined,
    );
    line.stop();
    if (signal.aborted) {
      say(`Interrupted at step ${state.step}; run the same command to go on.`);
      return EXIT.interrupted;
    }
    say('Testing it on pictures that it has not seen …');
    const attack = { rhoA: 4, alphaA: 0.8, steps: 10 };
    const assessment = await assessGenerator(runtime, settings, state.weights, held, options.strength, attack);
    const sha256 = await writeGenerator(out, options, settings, state);
    const card = modelCard({
      name: options.name,
      licence: options.licence,
      sha256,
      data: { what: options.data, licence: options.dataLicence, pictures: training.count },
      command: commandText,
      machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${options.threads} threads; ${options.runtime}`,
      date: new Date().toISOString().slice(0, 10),
      settings,
      curve: state.curve,
      schedules: state.schedules,
      assessment,
    });
    await replaceFile(join(out, 'MODEL_CARD.md'), card);
    await replaceFile(
      join(out, 'training.json'),
      `${JSON.stringify({ settings, schedules: state.schedules, assessment, curve: state.curve }, null, 1)}\n`,
    );
    say(`The generator and its model card are in ${out}.`);
    return EXIT.done;
  } finally {
    await runtime.close();
  }
}

function settingsOf(options: Options): TrainingSettings {
  const learningRate = Number(options.learningRate);
  if (!(learningRate > 0)) {
    throw new UserError('bad-setting', `${options.learningRate} is not a learning rate.`, 'Use a number above 0.');
  }
  if (options.held < options.batch) {
    throw new UserError(
      'bad-setting',
      `${options.held} pictures to test on are less than a batch of ${options.batch}.`,
      'Use a larger --held or a smaller --batch.',
    );
  }
  const { strength: rhoU, width } = options;
  return {
    network: {
      inputSize: INPUT_SIZE,
      widths: [width, 2 * width, 4 * width, 6 * width],
      blocks: 1,
      classes: options.classes,
    },
    noise: { rhoU, alphaU: rhoU / 4, steps: 4, views: 1, rhoR: 4, distribution: UPLOAD_VIEWS },
    attack: { rhoA: 3, alphaA: 1.5, steps: 3 },
    steps: options.steps,
    batch: options.batch,
    learningRate,
    momentum: 0.9,
    weightDecay: 5e-4,
    labels: 'album',
    seed: options.seed,
    pace: paceFor(options.raiseAbove),
  };
}

/** Answers the weights' hash. */
async function writeGenerator(
  out: string,
  options: Options,
  settings: TrainingSettings,
  state: TrainingState,
): Promise<string> {
  const bytes = encodeSafetensors(state.weights, { name: options.name, licence: options.licence });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const description: GeneratorDescription = {
    name: options.name,
    licence: options.licence,
    network: { ...settings.network, widths: [...settings.network.widths] },
    sha256,
  };
  await replaceFile(join(out, WEIGHTS_FILE), bytes);
  await replaceFile(join(out, DESCRIPTION_FILE), `${JSON.stringify(description, null, 2)}\n`);
  return sha256;
}

/** The command as a person would type it again, without paths of this machine. */
function commandLine(command: Command): string {
  const given = command.options.flatMap((option) => {
    const source = command.getOptionValueSource(option.attributeName());
    if (source !== 'cli' || option.attributeName() === 'out') return [];
    const value = String(command.getOptionValue(option.attributeName()));
    const shown = option.attributeName() === 'strength' ? `${value}/255` : value;
    return [`${option.long ?? ''} ${/^[\w./-]+$/.test(shown) ? shown : JSON.stringify(shown)}`];
  });
  return `npm run train-generator -- <folder> --out assets/generator ${given.join(' ')}`.trim();
}
