import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError, type Failure } from '../errors.ts';
import type { Engine } from '../protect/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Masking } from '../sem/index.ts';
import { listAlbums, type AlbumFolder } from './albums.ts';
import { givenCopies, madeCopies, type CopySource } from './copies.ts';
import { conditionsOf, type Comparison } from './conditions.ts';
import { gather } from './gather.ts';
import { stopWhenAborted } from './progress.ts';
import { openRunStore } from './runStore.ts';
import { checkStranger, epochsFor } from './settings.ts';
import { splitAlbums } from './split.ts';
import { timeLeft } from './timeLeft.ts';
import { trainAll } from './trainings.ts';
import type { EvaluationHooks, EvaluationResult, StrangerPlan, StrangerSettings } from './types.ts';

/** Protected copies: made by an engine for this evaluation, or given as a folder. */
export type ProtectionRequest =
  | { copies: 'made'; engine: Engine; rhoU: number; seed: number; masking?: Masking }
  | { copies: 'given'; folder: string };

export interface EvaluationRequest extends Comparison {
  /** Every sub-folder with photos is an album. */
  folder: string;
  /** Null evaluates the originals alone. */
  protection: ProtectionRequest | null;
  /** One training per seed and row. */
  seeds: readonly number[];
  /** At most this many photos of each album; null: all. */
  perAlbum: number | null;
  stranger: StrangerPlan;
  /** Models trained side by side, at least 1. */
  atOnce: number;
  /** Where copies and finished trainings are kept, so that a second start goes on; null keeps nothing. */
  work: string | null;
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
  if (request.seeds.length === 0) {
    throw new UserError('bad-setting', 'Without a seed nothing is trained.', 'Choose at least one seed.');
  }
  const skipped: Failure[] = [];
  const { folders, albums } = await checkedAlbums(request, skipped);
  const conditions = conditionsOf(request, request.protection !== null);
  const store = request.work === null ? null : await openRunStore(join(request.work, 'trainings'));
  const workFolder = await mkdtemp(join(tmpdir(), 'stillgrain-evaluate-'));
  try {
    const copies = await copySource(request, folders, workFolder, skipped);
    const total = albums.reduce((sum, { training, heldOut }) => sum + training.length + heldOut.length, 0);
    const photos = timeLeft(total);
    const gathered = await gather(
      albums,
      conditions,
      copies,
      { inputSize: request.stranger.network.inputSize, skipped, signal: hooks.signal },
      (done, album) => {
        stopWhenAborted(hooks);
        hooks.onProgress?.({ stage: 'photos', done, total, secondsLeft: photos(done), what: album });
      },
    );
    const count = gathered.counts.reduce((sum, { training }) => sum + training, 0);
    const epochs = request.stranger.epochs ?? epochsFor(count, request.stranger.batch);
    const stranger: StrangerSettings = { ...request.stranger, epochs };
    const plan = { stranger, seeds: request.seeds, conditions, atOnce: request.atOnce, store };
    const { rows, kept } = await trainAll(runtime, plan, gathered, hooks);
    return {
      albums: folders.map(({ name }, i) => ({ name, ...(gathered.counts[i] ?? { training: 0, heldOut: 0 }) })),
      chance: 1 / folders.length,
      stranger,
      seeds: [...request.seeds],
      protection: copies?.origin() ?? null,
      rows,
      skipped,
      runtime: runtime.name,
      seconds: rows.flatMap(({ runs }) => runs).reduce((sum, { seconds }) => sum + seconds, 0),
      kept,
    };
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/**
 * The albums that an evaluation is of, divided: everything about a request that can be found out before anything is
 * protected or trained.
 * @param skipped gets what could not be read
 * @throws UserError when it cannot be evaluated like this
 */
export async function checkedAlbums(
  {
    folder,
    perAlbum,
    stranger,
    architectures,
  }: Pick<EvaluationRequest, 'folder' | 'perAlbum' | 'stranger' | 'architectures'>,
  skipped: Failure[],
): Promise<{ folders: AlbumFolder[]; albums: Awaited<ReturnType<typeof splitAlbums>> }> {
  checkStranger({ ...stranger, epochs: stranger.epochs ?? 1 }, architectures);
  const folders = await listAlbums(folder, skipped);
  return { folders, albums: await splitAlbums(folders, perAlbum, skipped) };
}

/** @throws UserError when two albums would get the same target class */
export function assertLessonsSuffice(folder: string, albums: number, classes: number): void {
  if (albums <= classes) return;
  throw new UserError(
    'bad-setting',
    `There are ${albums} albums, but the generator can tell only ${classes} apart.`,
    'Evaluate fewer albums at once: two with the same lesson would spoil the figure.',
    { file: folder },
  );
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
  assertLessonsSuffice(request.folder, folders.length, protection.engine.generator.classes);
  const { engine, rhoU, seed, masking } = protection;
  const kept = request.work === null ? null : join(request.work, 'copies');
  const where = { folder: kept ?? workFolder, keep: kept !== null };
  return madeCopies(engine, folders, where, { rhoU, ...(masking && { masking }) }, seed);
}
