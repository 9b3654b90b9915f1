import { dirname } from 'node:path';
import { UserError, type Failure } from '../errors.ts';
import type { CompiledFunction, Runtime } from '../runtime/index.ts';
import { ORIGINALS } from './conditions.ts';
import type { CopySource } from './copies.ts';
import { gather, type Gathered } from './gather.ts';
import { checkStranger, epochsFor, STRANGER } from './settings.ts';
import { divideAlbums, type HashedPhoto } from './split.ts';
import { Stranger, type Answers } from './stranger.ts';
import { timeLeft } from './timeLeft.ts';
import type { Condition, StrangerPlan, StrangerSettings } from './types.ts';

/** A photo of an album, and its protected copy when it has one. */
export interface TestedPhoto extends HashedPhoto {
  copy: string | null;
}

export interface TestedAlbum {
  name: string;
  photos: TestedPhoto[];
}

export interface ProtectionTestRequest {
  /** The one that is tested comes first; the others are what a model has to tell it apart from. */
  albums: TestedAlbum[];
  seed: number;
}

/** A point of a learning curve, on clean held-out photos. Shares from 0 to 1. */
export interface TestPoint {
  /** 1 for the first. */
  epoch: number;
  /** Recall: of the tested album's photos the share that was recognized as belonging to it. */
  recognized: number;
  /** Of all other albums' photos together the share that was taken for the tested album's. */
  mistaken: number;
  /** Of all albums' photos the share that was told right: the mean over the albums. */
  accuracy: number;
}

/** What a short stranger learned of one album among others. */
export interface ProtectionTest {
  /** In the order of the request; `copies` counts the training photos that have a protected copy. */
  albums: { name: string; training: number; heldOut: number; copies: number }[];
  seed: number;
  /** Side of the pictures that the model sees, in pixels. */
  inputSize: number;
  epochs: number;
  /** Trained on the originals of all albums. */
  originals: TestPoint[];
  /** The same training with a protected copy in the place of every photo that has one. */
  copies: TestPoint[];
  /** Photos that could not be read and were left out. */
  skipped: number;
  runtime: string;
  seconds: number;
}

/** How far a test is. */
export interface ProtectionTestProgress {
  stage: 'photos' | 'originals' | 'copies';
  /** Of the whole test, 0 to 1. */
  fraction: number;
  /** Until the end of the test; null until it can be told. */
  secondsLeft: number | null;
}

export interface ProtectionTestHooks {
  onProgress?: (progress: ProtectionTestProgress) => void;
  /** Aborting rejects with UserError 'cancelled'. */
  signal?: AbortSignal;
  /** Waited for before every piece of work, so that whoever shares the machine may go first. */
  turn?: () => Promise<unknown>;
}

/**
 * Batches of each training: on four albums of 50 photos the curves were flat after 250. `evaluate` takes eight times as
 * many.
 */
const SHORT_STEPS = 400;

/** Small albums fill few batches: so often each photo is learned from at most. More would only take longer, as they are few. */
const SHORT_EPOCHS = 120;

/** More than `evaluate` holds out: of an album of a dozen photos a fifth would be too few to ask about. */
const HELD_OUT_SHARE = 1 / 3;

/** Share of the progress that reading the photos is given. */
const READING = 0.1;

const CONDITIONS = [ORIGINALS, { ...ORIGINALS, pictures: 'protected' }] as const satisfies readonly Condition[];

/**
 * A short {@link Stranger}: trains one model on the originals of several albums and one, with the same seed, on their
 * protected copies (a photo without a copy stays an original, as a site would have it), and tests both on clean photos
 * that were held out.
 * @param plan how it trains; without a number of epochs about {@link SHORT_STEPS} batches
 * @throws UserError 'bad-setting' when an album has too few photos, 'cancelled' when aborted, 'runtime'
 */
export async function testProtection(
  runtime: Runtime,
  { albums, seed }: ProtectionTestRequest,
  hooks: ProtectionTestHooks = {},
  plan: StrangerPlan = STRANGER,
): Promise<ProtectionTest> {
  const started = performance.now();
  checkStranger({ ...plan, epochs: plan.epochs ?? 1 });
  const copies = new Map(albums.flatMap(({ photos }) => photos.map(({ path, copy }) => [path, copy])));
  const split = divideAlbums(
    albums.map(({ name, photos }) => ({
      album: { name, folder: dirname(photos[0]?.path ?? ''), photos: photos.map(({ path }) => path) },
      photos,
    })),
    null,
    HELD_OUT_SHARE,
  );
  const skipped: Failure[] = [];
  const total = split.reduce((sum, { training, heldOut }) => sum + training.length + heldOut.length, 0);
  const { inputSize } = plan.network;
  const gathered = await gather(
    split,
    CONDITIONS,
    copiesOf(copies, hooks),
    { inputSize, skipped, signal: hooks.signal },
    (done) => tell(hooks, { stage: 'photos', fraction: (READING * done) / total, secondsLeft: null }),
  );
  const leftOut = new Set(skipped.map(({ file }) => file));
  const isCopied = ({ path }: HashedPhoto): boolean => {
    const copy = copies.get(path) ?? null;
    return copy !== null && !leftOut.has(path) && !leftOut.has(copy);
  };
  const count = gathered.counts.reduce((sum, { training }) => sum + training, 0);
  const settings = { ...plan, epochs: plan.epochs ?? epochsFor(count, plan.batch, SHORT_STEPS, SHORT_EPOCHS) };
  const [originals, shielded] = await trainBoth(runtime, settings, gathered, seed, hooks);
  return {
    albums: split.map(({ album: { name }, training }, i) => ({
      name,
      ...(gathered.counts[i] ?? { training: 0, heldOut: 0 }),
      copies: training.filter(isCopied).length,
    })),
    seed,
    inputSize,
    epochs: settings.epochs,
    originals,
    copies: shielded,
    skipped: skipped.length,
    runtime: runtime.name,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The copies that there are; of a photo without one, the photo itself. */
function copiesOf(copies: ReadonlyMap<string, string | null>, { turn }: ProtectionTestHooks): CopySource {
  return {
    copyOf: async (_album, { path }) => {
      await turn?.();
      return copies.get(path) ?? path;
    },
    origin: () => ({ copies: 'given', rhoU: null, generator: null, noiseVersion: null, psnr: null }),
  };
}

async function trainBoth(
  runtime: Runtime,
  settings: StrangerSettings,
  { training, heldOut, counts }: Gathered,
  seed: number,
  hooks: ProtectionTestHooks,
): Promise<[originals: TestPoint[], copies: TestPoint[]]> {
  const stranger = await Stranger.open(inTurn(runtime, hooks), settings, counts.length);
  const left = timeLeft(2 * settings.epochs);
  const train = async (which: 0 | 1): Promise<TestPoint[]> => {
    const pictures = training[which];
    if (!pictures) throw new Error('a condition has no pictures');
    const stage = which === 0 ? 'originals' : 'copies';
    const onStep = (epochs: number): void => {
      const done = which * settings.epochs + epochs;
      const fraction = READING + ((1 - READING) * done) / (2 * settings.epochs);
      tell(hooks, { stage, fraction, secondsLeft: left(done) });
    };
    const taken: ReturnType<typeof takenForFirst>[] = [];
    const onTested = (answers: Answers): void => void taken.push(takenForFirst(answers));
    const { curve } = await stranger.train(pictures, heldOut, seed, { onStep, onTested });
    return curve.map(({ epoch, heldOutAccuracy }, i) => ({
      epoch,
      ...(taken[i] ?? { recognized: NaN, mistaken: NaN }),
      accuracy: heldOutAccuracy,
    }));
  };
  try {
    return [await train(0), await train(1)];
  } finally {
    await stranger.close();
  }
}

/** Of the first album's photos, and of all others', the share that was taken for the first's. */
export function takenForFirst([own = [], ...others]: Answers): Pick<TestPoint, 'recognized' | 'mistaken'> {
  const shareOf = (answers: Answers): number => {
    const all = answers.flat().reduce((sum, count) => sum + count, 0);
    if (all === 0) throw new Error('an album has no held-out photos');
    return answers.reduce((sum, [first = 0]) => sum + first, 0) / all;
  };
  return { recognized: shareOf([own]), mistaken: shareOf(others) };
}

/** The same runtime, each of its runs after {@link ProtectionTestHooks.turn}. */
function inTurn(runtime: Runtime, { turn }: ProtectionTestHooks): Runtime {
  if (!turn) return runtime;
  return {
    name: runtime.name,
    compile: async (fn, inputs): Promise<CompiledFunction> => {
      const compiled = await runtime.compile(fn, inputs);
      return {
        run: async (arrays) => {
          await turn();
          return compiled.run(arrays);
        },
        dispose: () => compiled.dispose(),
      };
    },
    close: () => runtime.close(),
  };
}

function tell({ signal, onProgress }: ProtectionTestHooks, progress: ProtectionTestProgress): void {
  if (signal?.aborted === true) {
    throw new UserError('cancelled', 'The test was cancelled.', 'Start it again when you like.');
  }
  onProgress?.(progress);
}
