import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError, type Failure } from '../errors.ts';
import type { Engine } from '../protect/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Masking } from '../sem/index.ts';
import { listAlbums, type AlbumFolder } from './albums.ts';
import type { Countermeasure } from './countermeasure.ts';
import { givenCopies, madeCopies, type CopySource } from './copies.ts';
import { gather, type Gathered } from './gather.ts';
import { checkStranger, epochsFor } from './settings.ts';
import { splitAlbums } from './split.ts';
import { meanOf, spreadOf } from './statistics.ts';
import { Stranger } from './stranger.ts';
import { timeLeft } from './timeLeft.ts';
import type {
  Condition,
  EvaluationHooks,
  EvaluationResult,
  EvaluationRow,
  StrangerPlan,
  StrangerSettings,
  TrainingRun,
} from './types.ts';
import type { Upload } from './uploads.ts';

/** Protected copies: made by an engine for this evaluation, or given as a folder. */
export type ProtectionRequest =
  | { copies: 'made'; engine: Engine; rhoU: number; seed: number; masking?: Masking }
  | { copies: 'given'; folder: string };

export interface EvaluationRequest {
  /** Every sub-folder with photos is an album. */
  folder: string;
  /** Null evaluates the originals alone. */
  protection: ProtectionRequest | null;
  /** False leaves out the originals as they are, for who has their row already; they come first by default. */
  originals?: boolean;
  /** Uploads that the protected copies go through; each is a row. `none` comes first by itself. */
  uploads: readonly Upload[];
  /** Ways of training on protected copies; each is a row. */
  countermeasures: readonly Countermeasure[];
  /** Shares of each album that are protected, in percent below 100; each is a row. */
  shares: readonly number[];
  /** Also train on originals after each upload and with each countermeasure: what these cost by themselves. */
  references: boolean;
  /** One training per seed and row. */
  seeds: readonly number[];
  /** At most this many photos of each album; null: all. */
  perAlbum: number | null;
  stranger: StrangerPlan;
}

/**
 * Trains a stranger's model from nothing on the originals and on their protected copies, with the same seeds, and tests
 * each on clean photos that were held out of everything.
 * @throws UserError for what the user can mend, 'cancelled' when aborted
 */
export async function evaluateAlbums(
  runtime: Runtime,
  request: EvaluationRequest,
  hooks: EvaluationHooks = {},
): Promise<EvaluationResult> {
  const started = performance.now();
  checkStranger({ ...request.stranger, epochs: request.stranger.epochs ?? 1 });
  if (request.seeds.length === 0) {
    throw new UserError('bad-setting', 'Without a seed nothing is trained.', 'Choose at least one seed.');
  }
  const skipped: Failure[] = [];
  const folders = await listAlbums(request.folder, skipped);
  const albums = await splitAlbums(folders, request.perAlbum);
  const conditions = conditionsOf(request);
  const workFolder = await mkdtemp(join(tmpdir(), 'stillgrain-evaluate-'));
  try {
    const copies = await copySource(request, folders, workFolder, skipped);
    const total = albums.reduce((sum, { training, heldOut }) => sum + training.length + heldOut.length, 0);
    const photos = timeLeft(total);
    const gathered = await gather(
      albums,
      conditions,
      copies,
      { inputSize: request.stranger.network.inputSize, workFolder, skipped, signal: hooks.signal },
      (done, album) => {
        stopWhenAborted(hooks);
        hooks.onProgress?.({ stage: 'photos', done, total, secondsLeft: photos(done), what: album });
      },
    );
    const count = gathered.counts.reduce((sum, { training }) => sum + training, 0);
    const epochs = request.stranger.epochs ?? epochsFor(count, request.stranger.batch);
    const stranger: StrangerSettings = { ...request.stranger, epochs };
    const rows = await trainAll(runtime, stranger, request.seeds, conditions, gathered, hooks);
    return {
      albums: folders.map(({ name }, i) => ({ name, ...(gathered.counts[i] ?? { training: 0, heldOut: 0 }) })),
      chance: 1 / folders.length,
      stranger,
      seeds: [...request.seeds],
      protection: copies?.origin() ?? null,
      rows,
      skipped,
      runtime: runtime.name,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/**
 * The originals are the reference; then the copies as they are, through each upload, with each countermeasure, and
 * albums that are protected in part.
 */
function conditionsOf(request: EvaluationRequest): Condition[] {
  const { protection, uploads, countermeasures, shares, references } = request;
  const originals: Condition = { pictures: 'originals', upload: 'none', countermeasure: null, share: 100 };
  if (!protection) return [originals];
  const copies: Condition = { ...originals, pictures: 'protected' };
  const treated = [
    ...Array.from(new Set(uploads), (upload) => ({ upload })).filter(({ upload }) => upload !== 'none'),
    ...Array.from(new Set(countermeasures), (countermeasure) => ({ countermeasure })),
  ];
  return [
    ...(request.originals === false ? [] : [originals]),
    copies,
    ...treated.flatMap((how) => [...(references ? [{ ...originals, ...how }] : []), { ...copies, ...how }]),
    ...Array.from(new Set(shares), (share) => ({ ...copies, share })),
  ];
}

async function copySource(
  request: EvaluationRequest,
  folders: readonly AlbumFolder[],
  workFolder: string,
  skipped: Failure[],
): Promise<CopySource | null> {
  const { protection } = request;
  if (!protection) return null;
  if (protection.copies === 'given') return givenCopies(protection.folder, folders, skipped);
  if (folders.length > protection.engine.generator.classes) {
    throw new UserError(
      'bad-setting',
      `There are ${folders.length} albums, but the generator can tell only ${protection.engine.generator.classes} apart.`,
      'Evaluate fewer albums at once: two with the same lesson would spoil the figure.',
      { file: request.folder },
    );
  }
  const { rhoU, seed, masking } = protection;
  return madeCopies(protection.engine, folders, workFolder, { rhoU, ...(masking && { masking }) }, seed);
}

async function trainAll(
  runtime: Runtime,
  settings: StrangerSettings,
  seeds: readonly number[],
  conditions: readonly Condition[],
  { training, heldOut, counts }: Gathered,
  hooks: EvaluationHooks,
): Promise<EvaluationRow[]> {
  const stranger = await Stranger.open(runtime, settings, counts.length);
  const total = conditions.length * seeds.length * settings.epochs;
  const left = timeLeft(total);
  const runs: TrainingRun[][] = conditions.map(() => []);
  try {
    // Seed by seed, so that an early look at the progress compares like with like.
    for (const [s, seed] of seeds.entries()) {
      for (const [c, condition] of conditions.entries()) {
        const pictures = training[c];
        if (!pictures) throw new Error('a condition has no pictures');
        const before = (s * conditions.length + c) * settings.epochs;
        const onStep = (epochs: number): void => {
          stopWhenAborted(hooks);
          const done = before + epochs;
          const what = `${conditionName(condition)}, seed ${seed}`;
          hooks.onProgress?.({ stage: 'training', done, total, secondsLeft: left(done), what });
        };
        runs[c]?.push(
          await stranger.train(pictures, heldOut, seed, { onStep, countermeasure: condition.countermeasure }),
        );
      }
    }
  } finally {
    await stranger.close();
  }
  return conditions.map((condition, c) => {
    const own = runs[c] ?? [];
    const accuracies = own.map(({ accuracy }) => accuracy);
    return { ...condition, runs: own, mean: meanOf(accuracies), spread: spreadOf(accuracies) };
  });
}

/** A condition in words, as tables and progress show it. */
export function conditionName({ pictures, upload, countermeasure, share }: Condition): string {
  return [
    pictures,
    ...(upload === 'none' ? [] : [upload]),
    ...(countermeasure === null ? [] : [countermeasure]),
    ...(share === 100 ? [] : [`${share} % of each album`]),
  ].join(', ');
}

function stopWhenAborted({ signal }: EvaluationHooks): void {
  if (signal?.aborted !== true) return;
  throw new UserError('cancelled', 'The evaluation was cancelled.', 'Start it again when you like.');
}
