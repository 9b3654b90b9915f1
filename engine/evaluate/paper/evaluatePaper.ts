import { createHash } from 'node:crypto';
import { METHODS, withNoise, type Checkpoint, type LabelledPictures, type MethodName } from '../../methods/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { attackOf } from '../countermeasure.ts';
import { inLanes } from '../lanes.ts';
import { geometryOf, pictureSet, type AlbumPictures } from '../pictures.ts';
import { Progress } from '../progress.ts';
import { openRunStore, runtimeInKey } from '../runStore.ts';
import { meanOf, spreadOf } from '../statistics.ts';
import { Strangers } from '../trainings.ts';
import type { StrangerSettings, TrainingRun } from '../types.ts';
import { NoiseStore } from './noiseStore.ts';
import type { PaperConfiguration, PaperScale } from './settings.ts';
import type { PaperProgress, PaperResult, PaperRow } from './types.ts';

export interface PaperRequest {
  configuration: PaperConfiguration;
  scale: PaperScale;
  training: LabelledPictures;
  heldOut: LabelledPictures;
  /** Rows, besides clean pictures. */
  methods: readonly MethodName[];
  /** Columns: ρ_a of the stranger's adversarial training in units of 1/255, 0 for plain training. */
  radii: readonly number[];
  seeds: readonly number[];
  /** Where everything that is finished is kept. */
  work: string;
  /** Noises that are made, and models that are trained, side by side. */
  atOnce: number;
}

export interface PaperHooks {
  onProgress?: (progress: PaperProgress) => void;
  /** Aborting rejects with UserError 'cancelled'. */
  signal?: AbortSignal;
  /** Keeps a surrogate's training in a folder, so that not even a noise is begun anew. */
  checkpointIn?: (folder: string) => Checkpoint;
}

/** A noise to make and models to train: everything of one seed and one row. */
interface Task {
  pictures: 'clean' | MethodName;
  seed: number;
}

/**
 * The paper's experiment (table 2): every method makes its noise for the training pictures, a stranger trains on the
 * result from nothing, plainly and adversarially (PGD-10), and is tested on clean pictures. What is in the work folder
 * already is not done again.
 * @throws UserError for what the user can mend, 'cancelled' when aborted
 */
export async function evaluatePaper(
  runtime: Runtime,
  request: PaperRequest,
  hooks: PaperHooks = {},
): Promise<PaperResult> {
  const { scale, training, heldOut, configuration, methods, radii, seeds, atOnce } = request;
  const stranger: StrangerSettings = { ...scale.stranger, network: scale.network };
  const runStore = await openRunStore(request.work);
  const noiseStore = new NoiseStore(request.work);
  // The longest first, so that no core waits for the last of them; all must be there before models are trained.
  const workOfNoise = (name: MethodName): number => METHODS[name].work(training.count, configuration);
  const noises = methods
    .toSorted((a, b) => workOfNoise(b) - workOfNoise(a))
    .flatMap((pictures) => seeds.map((seed) => ({ pictures, seed })));
  // Seed by seed, so that an early look at the progress compares like with like.
  const trainings = seeds.flatMap((seed) =>
    (['clean', ...methods] as const).flatMap((pictures) => radii.map((radius) => ({ pictures, seed, radius }))),
  );
  const progress = new Progress(hooks, [
    ...noises.map(({ pictures }) => workOfNoise(pictures)),
    ...trainings.map(({ radius }) => workOf(radius, stranger, training.count)),
  ]);
  let seconds = 0;

  const held = framed(heldOut, scale.network.inputSize);
  const clean = framed(training, scale.network.inputSize);
  const digest = createHash('sha256').update(training.pixels).update(Uint8Array.from(training.labels)).digest('hex');
  const shown = new Map(seeds.map((seed) => [keyOf({ pictures: 'clean', seed }), clean]));
  const cores = Array.from({ length: atOnce }, (_, core) => core);
  await inLanes(cores, [...noises.entries()], async ([index, task]) => {
    const { pictures, seed } = task;
    const method = METHODS[pictures];
    const report = progress.of('noise', index, keyOf(task));
    const how = [
      ...[pictures, method.settings[configuration], scale.network, digest, seed],
      ...Object.values(runtimeInKey(runtime)),
    ];
    const kept = await noiseStore.noise(`${pictures}-seed-${seed}`, how, training.pixels.length, async (folder) => {
      const started = performance.now();
      const checkpoint = hooks.checkpointIn?.(folder);
      const noise = await method.makeNoise(
        {
          runtime,
          network: scale.network,
          pictures: training,
          seed,
          hooks: { onProgress: report.tell, ...(checkpoint ? { checkpoint } : {}) },
        },
        configuration,
      );
      return { noise, seconds: (performance.now() - started) / 1000 };
    });
    report.finish();
    seconds += kept.seconds;
    shown.set(keyOf(task), framed(withNoise(training, kept.noise), scale.network.inputSize));
  });

  const runs = new Map<string, TrainingRun>();
  const lanes = cores.map(() => new Strangers(runtime, stranger, training.classes));
  try {
    await inLanes(lanes, [...trainings.entries()], async ([index, task], strangers) => {
      const { seed, radius } = task;
      const pictures = shown.get(keyOf(task));
      if (!pictures) throw new Error('a noise was not made');
      const report = progress.of('training', noises.length + index, `${keyOf(task)}, radius ${radius}`);
      const countermeasure = countermeasureOf(radius);
      const own = strangersSeed(seed);
      const how = { stranger, countermeasure, seed: own, ...runtimeInKey(runtime) };
      const run = await runStore.run(how, [pictures, held], async () => {
        const trainer = await strangers.of('resnet');
        const onStep = (epochs: number): void => report.tell(epochs / stranger.epochs);
        return trainer.train(pictures, held, own, { countermeasure, onStep });
      });
      report.finish();
      seconds += run.seconds;
      runs.set(runKey(task, radius), run);
    });
  } finally {
    await Promise.all(lanes.map((strangers) => strangers.close()));
  }

  return {
    configuration,
    pictures: { training: training.count, heldOut: heldOut.count },
    chance: 1 / training.classes,
    stranger,
    methods: Object.fromEntries(methods.map((name) => [name, METHODS[name].settings[configuration]])),
    seeds: [...seeds],
    radii: [...radii],
    rows: rowsOf(runs, request),
    runtime: runtime.name,
    seconds,
  };
}

const keyOf = ({ pictures, seed }: Task): string => `${pictures}, seed ${seed}`;
const runKey = (task: Task, radius: number): string => `${keyOf(task)}, radius ${radius}`;

function rowsOf(runs: ReadonlyMap<string, TrainingRun>, { methods, radii, seeds }: PaperRequest): PaperRow[] {
  return (['clean', ...methods] as const).map((pictures) => ({
    pictures,
    cells: radii.map((radius) => {
      const own = seeds.flatMap((seed) => runs.get(runKey({ pictures, seed }, radius)) ?? []);
      const accuracies = own.map(({ accuracy }) => accuracy);
      return { radius, runs: own, mean: meanOf(accuracies), spread: spreadOf(accuracies) };
    }),
  }));
}

const countermeasureOf = (radius: number): `adversarial-${number}` | null =>
  radius === 0 ? null : `adversarial-${radius}`;

/** Gradients of one picture that a training takes; that for the weights counts double. */
function workOf(radius: number, { epochs }: StrangerSettings, count: number): number {
  const counter = countermeasureOf(radius);
  return epochs * count * (2 + (counter ? attackOf(counter).steps : 0));
}

/** The pictures as the stranger has them: each in the upper left of its frame. */
function framed({ count, size, pixels, labels }: LabelledPictures, inputSize: number): AlbumPictures {
  const length = 3 * size * size;
  const pictures = Array.from({ length: count }, (_, index) => ({
    label: labels[index] ?? 0,
    canvas: {
      width: size,
      height: size,
      pixels: Float32Array.from(pixels.subarray(index * length, (index + 1) * length), (sample) => sample / 255),
    },
  }));
  return pictureSet(pictures, geometryOf(inputSize).frame);
}

/** Another stream than the surrogate's: with one seed a stranger of its network would begin with the very same weights. */
export const strangersSeed = (seed: number): number => (seed ^ 0x2545f491) >>> 0;
