import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { fileFailure } from '../../engine/files/index.ts';
import type { PhotoProgress } from '../../engine/protect/types.ts';
import {
  explainCatalogError,
  type Catalog,
  type JobCounts,
  type JobRow,
  type PhotoRow,
  type TaskRow,
} from '../catalog/index.ts';
import { throttle, type Emit } from '../events.ts';
import { HostStopped } from '../hosts/client.ts';
import type { Hold, JobSummary } from '../ipc/contract.ts';
import type { Freshness } from '../library/freshness.ts';
import type { EngineRoom } from './engineRoom.ts';
import { COPIES_FOLDER, inData, noiseFile, tasksFor } from './names.ts';
import { finishTask, recordProtection } from './record.ts';
import { TimeLeft } from './timeLeft.ts';

const PROGRESS_MS = 100;
const ALBUMS_MS = 1000;
/** After the catalog refused a write (its disk is full, say) the queue looks again this much later. */
const AGAIN_MS = 30_000;
/** A photo that the engine dies over is tried this often in all. */
const TRIES = 2;

export interface QueueParts {
  catalog: Catalog;
  engine: Pick<EngineRoom, 'describe' | 'protect'>;
  freshness: Pick<Freshness, 'refresh'>;
  /** The folder that holds the catalog, the noise and the copies. */
  dataFolder: string;
  emit: Emit;
  /** Told when work begins and when it ends, to keep the machine awake meanwhile. */
  onBusy?: (busy: boolean) => void;
  /** What jobs have to wait for now, null when they may work; asked before each photo. */
  hold?: () => Hold | null;
  now: () => Date;
}

/** The photo under way. */
interface Current {
  job: JobRow;
  task: TaskRow;
  name: string;
  progress: PhotoProgress | null;
  abort: AbortController;
}

/** Why the whole job cannot go on, whatever the photo. */
class JobBlocked extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.problem);
    this.failure = failure;
  }
}

/**
 * Takes jobs one after the other and their photos one at a time. All state is in the catalog's rows before and
 * after each photo; what is held here is only the photo under way, so the program may die at any moment.
 */
export class JobQueue {
  readonly #parts: QueueParts;
  readonly #tell;
  readonly #tellAlbum;
  readonly #counts = new Map<number, JobCounts>();
  readonly #changedAlbums = new Set<number>();
  #current: Current | null = null;
  #timeLeft: { jobId: number; estimate: TimeLeft } | null = null;
  #loop: Promise<void> | null = null;
  /** What jobs waited for when they were last looked at. */
  #hold: Hold | null = null;
  #working = false;
  #wanted = false;
  #stopping = false;
  /** Rows say that a photo is under way, and none is: so it is at start, and after the catalog refused a write. */
  #leftover = true;
  #later: NodeJS.Timeout | null = null;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#tell = throttle(() => parts.emit('jobs.changed', this.list()), PROGRESS_MS);
    this.#tellAlbum = throttle(() => parts.emit('albums.changed', { albumIds: [...this.#changedAlbums] }), ALBUMS_MS);
  }

  /** Goes on with what was under way when the program ended. Call it once, at start. */
  start(): void {
    this.#wake();
  }

  /** What jobs wait for may have changed. */
  holdChanged(): void {
    this.#wake();
    this.#tell();
  }

  /** Abandons the photo under way (it will be done again at the next start) and takes no more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#current?.abort.abort();
    await this.#loop;
    if (this.#later !== null) clearTimeout(this.#later);
    this.#tell.cancel();
    this.#tellAlbum.cancel();
  }

  /** Resolves when nothing is left to do now. */
  async idle(): Promise<void> {
    while (this.#working) await this.#loop;
  }

  /** Makes the job and a task for each photo, all in one transaction, then begins. */
  protectAlbum(albumId: number, rhoU: number, photoIds: readonly number[] | null): JobSummary {
    const { catalog, now } = this.#parts;
    const jobId = catalog.transaction(() => {
      const album = catalog.albums.present(albumId);
      const wanted = photoIds === null ? null : new Set(photoIds);
      const chosen = catalog.albumPhotos.ids(albumId).filter((photoId) => wanted === null || wanted.has(photoId));
      if (chosen.length === 0) {
        throw new UserError(
          'bad-setting',
          `There are no photos to protect in “${album.name}”.`,
          'Add photos to the album first.',
        );
      }
      const job = { albumId, rhoU, seed: randomInt(2 ** 32) };
      const id = catalog.jobs.insert(job, tasksFor(chosen), now().toISOString());
      catalog.albumPhotos.settleJob(id);
      return id;
    });
    this.#parts.emit('photos.allChanged', { albumId });
    this.#parts.emit('albums.changed', { albumIds: [albumId] });
    this.#wake();
    this.#tell();
    return this.#summary(this.#job(jobId));
  }

  list(): JobSummary[] {
    return this.#parts.catalog.jobs.list().map((job) => this.#summary(job));
  }

  /** Lets the photo under way finish, then holds. */
  pause(jobId: number): void {
    const job = this.#job(jobId);
    if (job.state !== 'waiting' && job.state !== 'running') return;
    this.#parts.catalog.jobs.setState(jobId, 'paused');
    this.#changed(jobId);
  }

  resume(jobId: number): void {
    if (this.#job(jobId).state !== 'paused') return;
    this.#parts.catalog.jobs.setState(jobId, 'waiting');
    this.#changed(jobId);
    this.#wake();
  }

  /** What is finished stays; the photo under way is abandoned, the rest is not begun. */
  cancel(jobId: number): void {
    const { catalog, now } = this.#parts;
    const job = this.#job(jobId);
    if (job.state === 'done' || job.state === 'cancelled') return;
    catalog.transaction(() => {
      catalog.jobs.cancelWaiting(jobId);
      catalog.jobs.setState(jobId, 'cancelled', now().toISOString());
      catalog.albumPhotos.settleJob(jobId);
    });
    if (this.#current?.job.jobId === jobId) this.#current.abort.abort();
    this.#photosChanged(job);
  }

  /** The photos that failed are tried again. */
  retry(jobId: number): void {
    const { catalog } = this.#parts;
    const job = this.#job(jobId);
    const again = catalog.transaction(() => {
      const count = catalog.jobs.retryFailed(jobId);
      if (count > 0 && (job.state === 'done' || job.state === 'cancelled')) catalog.jobs.setState(jobId, 'waiting');
      catalog.albumPhotos.settleJob(jobId);
      return count;
    });
    if (again === 0) return;
    this.#photosChanged(job);
    this.#wake();
  }

  failures(jobId: number): Failure[] {
    this.#job(jobId);
    return this.#parts.catalog.jobs.failures(jobId);
  }

  clearFinished(): void {
    this.#parts.catalog.jobs.clearFinished(this.#parts.now().toISOString());
    this.#tell();
  }

  #job(jobId: number): JobRow {
    const job = this.#parts.catalog.jobs.find(jobId);
    if (job === undefined) {
      throw new UserError('bad-setting', 'This job is no longer in the queue.', 'Start it again from its album.');
    }
    return job;
  }

  #summary(job: JobRow): JobSummary {
    const { jobId } = job;
    const counts = this.#counts.get(jobId) ?? this.#parts.catalog.jobs.counts(jobId);
    this.#counts.set(jobId, counts);
    const current = this.#current?.job.jobId === jobId ? this.#current : null;
    const fraction = current?.progress?.fraction ?? 0;
    const estimate = this.#timeLeft?.jobId === jobId ? this.#timeLeft.estimate.estimate(counts.left, fraction) : null;
    return {
      jobId,
      albumId: job.albumId,
      albumName: job.albumName,
      rhoU: job.rhoU,
      state: job.state,
      total: counts.total,
      done: counts.done,
      failed: counts.failed,
      current:
        current === null
          ? null
          : { photoId: current.task.photoId, name: current.name, stage: current.progress?.stage ?? 'decode', fraction },
      secondsLeft: current === null ? null : estimate,
      waitsFor: current === null && (job.state === 'waiting' || job.state === 'running') ? this.#hold : null,
      createdAt: job.createdAt,
    };
  }

  /** A job's rows have changed: count again, and tell. */
  #changed(jobId: number): void {
    this.#counts.delete(jobId);
    this.#tell();
  }

  #photosChanged(job: JobRow): void {
    const { albumId } = job;
    this.#changed(job.jobId);
    this.#parts.emit('photos.allChanged', { albumId });
    this.#parts.emit('albums.changed', { albumIds: [albumId] });
  }

  #photoChanged(job: JobRow, photoId: number): void {
    this.#changed(job.jobId);
    this.#changedAlbums.add(job.albumId);
    this.#tellAlbum();
    const photo = this.#parts.catalog.albumPhotos.find(job.albumId, photoId);
    if (photo !== undefined) this.#parts.emit('photos.changed', { albumId: job.albumId, photos: [photo] });
  }

  #wake(): void {
    this.#wanted = true;
    if (this.#working || this.#stopping) return;
    // Not told by #loop: with nothing to do the work is over before its promise has been kept.
    this.#working = true;
    this.#loop = this.#work();
  }

  async #work(): Promise<void> {
    this.#parts.onBusy?.(true);
    try {
      this.#recover();
      // A wish that comes while the last look is being taken is not lost: it sets the flag again.
      while (this.#wanted) {
        this.#wanted = false;
        for (let job = this.#nextJob(); job !== undefined; job = this.#nextJob()) await this.#step(job);
      }
    } catch (thrown) {
      console.error(thrown);
      this.#leftover = true;
      const { problem } = toFailure(explainCatalogError(thrown));
      this.#parts.emit('app.notice', {
        kind: 'error',
        sentence: `The catalog could not be written, and the queue waits. ${problem} Check that there is room on the disk of “${this.#parts.dataFolder}”; the queue goes on by itself.`,
      });
      this.#later = setTimeout(() => this.#wake(), AGAIN_MS);
    } finally {
      this.#working = false;
      this.#parts.onBusy?.(false);
      this.#tell();
    }
  }

  #nextJob(): JobRow | undefined {
    if (this.#stopping) return undefined;
    const next = this.#parts.catalog.jobs.next();
    this.#hold = next === undefined ? null : (this.#parts.hold?.() ?? null);
    return this.#hold === null ? next : undefined;
  }

  #recover(): void {
    if (!this.#leftover) return;
    const { catalog } = this.#parts;
    catalog.transaction(() => {
      for (const jobId of catalog.jobs.recover()) catalog.albumPhotos.settleJob(jobId);
    });
    this.#leftover = false;
  }

  /** One photo of the job, or its end. */
  async #step(job: JobRow): Promise<void> {
    const { catalog, now } = this.#parts;
    if (job.state === 'waiting') {
      catalog.jobs.setState(job.jobId, 'running');
      this.#timeLeft = {
        jobId: job.jobId,
        estimate: new TimeLeft(catalog.jobs.recentSeconds(job.jobId, TimeLeft.window)),
      };
    }
    const task = catalog.jobs.nextTask(job.jobId);
    if (task === undefined) {
      catalog.jobs.setState(job.jobId, 'done', now().toISOString());
      this.#changed(job.jobId);
      this.#parts.emit('albums.changed', { albumIds: [job.albumId] });
      return;
    }
    await this.#take(job, task);
  }

  async #take(job: JobRow, task: TaskRow): Promise<void> {
    const { catalog } = this.#parts;
    const name = catalog.photos.find(task.photoId)?.name ?? '';
    const current: Current = { job, task, name, progress: null, abort: new AbortController() };
    this.#current = current;
    catalog.transaction(() => {
      catalog.jobs.startTask(task.taskId);
      catalog.albumPhotos.settle(task.albumId, task.photoId);
    });
    this.#photoChanged(job, task.photoId);
    try {
      await this.#protect(current);
    } catch (thrown) {
      catalog.transaction(() => {
        this.#settleFailure(current, thrown);
        catalog.albumPhotos.settle(task.albumId, task.photoId);
      });
    } finally {
      this.#current = null;
      this.#photoChanged(job, task.photoId);
    }
  }

  /** What becomes of a task that did not end well. */
  #settleFailure(current: Current, thrown: unknown): void {
    const { jobs } = this.#parts.catalog;
    const { job, task } = current;
    if (current.abort.signal.aborted) {
      if (this.#stopping) jobs.returnTask(task.taskId);
      else jobs.cancelTask(task.taskId);
    } else if (thrown instanceof HostStopped) {
      if (task.crashes + 1 < TRIES) jobs.countCrash(task.taskId);
      else jobs.failTask(task.taskId, this.#crashFailure(task));
    } else if (thrown instanceof JobBlocked) {
      jobs.returnTask(task.taskId);
      jobs.setState(job.jobId, 'paused');
      const { problem, remedy } = thrown.failure;
      this.#parts.emit('app.notice', {
        kind: 'error',
        sentence: `${problem} ${remedy} “${job.albumName}” is paused until you resume it.`,
      });
    } else {
      if (!(thrown instanceof UserError)) console.error(thrown);
      jobs.failTask(task.taskId, toFailure(thrown, this.#parts.catalog.photos.find(task.photoId)?.path));
    }
  }

  #crashFailure(task: TaskRow): Failure {
    const photo = this.#parts.catalog.photos.find(task.photoId);
    return {
      code: 'runtime',
      problem: `The engine stopped ${TRIES} times while it protected “${photo?.name ?? ''}”.`,
      remedy: 'Close other programs to free memory and retry it; if it stops again, leave this photo out.',
      file: photo?.path ?? null,
    };
  }

  async #protect(current: Current): Promise<void> {
    const { catalog, engine, dataFolder, now } = this.#parts;
    const { job, task, abort } = current;
    const started = performance.now();
    const photo = await this.#freshPhoto(current);
    const description = await this.#describeEngine();
    const same = catalog.protections.findSame({
      albumId: job.albumId,
      photoId: photo.photoId,
      sourceSha256: photo.sha256,
      rhoU: job.rhoU,
      targetClass: job.targetClass,
      generatorSha256: description.generator.sha256,
    });
    if (same !== undefined && this.#hasFiles(same.protectionId, same.noiseFile)) {
      catalog.transaction(() => finishTask(catalog, task, photo.photoId, same.protectionId, null));
      return;
    }
    if (abort.signal.aborted)
      throw new UserError('cancelled', 'The job was cancelled.', 'Start it again when you like.');
    const report = await engine
      .protect(
        {
          source: photo.path,
          rhoU: job.rhoU,
          targetClass: job.targetClass,
          seed: { job: job.seed, contentSha256: photo.sha256 },
          noisePath: inData(dataFolder, noiseFile(task.key)),
          copyStem: inData(dataFolder, `${COPIES_FOLDER}/${task.key}`),
        },
        {
          signal: abort.signal,
          onProgress: (progress) => {
            current.progress = progress;
            this.#tell();
          },
        },
      )
      .catch((thrown: unknown) => {
        throw this.#blockOr(thrown, photo.path);
      });
    await assertUnchanged(photo);
    const seconds = (performance.now() - started) / 1000;
    recordProtection(catalog, job, task, photo, report, seconds, now().toISOString());
    this.#timeLeft?.estimate.add(seconds);
  }

  /** The photo as its file is now; the task follows when another row stands for that content. */
  async #freshPhoto(current: Current): Promise<PhotoRow> {
    const { catalog, freshness } = this.#parts;
    const { task, job } = current;
    const photo = await freshness.refresh(task.photoId);
    if (photo.photoId !== task.photoId) {
      catalog.transaction(() => {
        catalog.jobs.repointTask(task.taskId, photo.photoId);
        catalog.albumPhotos.settle(task.albumId, photo.photoId);
      });
      current.task = { ...task, photoId: photo.photoId };
      this.#parts.emit('albums.changed', { albumIds: [job.albumId] });
    }
    current.name = photo.name;
    return photo;
  }

  /** Without a generator no photo can be done: that holds the job, instead of failing every photo. */
  async #describeEngine(tries = TRIES): ReturnType<EngineRoom['describe']> {
    try {
      return await this.#parts.engine.describe();
    } catch (thrown) {
      if (!(thrown instanceof HostStopped)) throw new JobBlocked(toFailure(thrown));
      if (tries > 1) return this.#describeEngine(tries - 1);
      throw new JobBlocked({
        code: 'runtime',
        problem: 'The engine stopped while it was starting.',
        remedy: 'Close other programs to free memory, or choose another runtime in the settings, then resume.',
        file: null,
      });
    }
  }

  /** A full or read-only disk under our own folder would fail every photo: that holds the job, too. */
  #blockOr(thrown: unknown, source: string): unknown {
    if (!(thrown instanceof UserError) || thrown.file === source) return thrown;
    if (thrown.code === 'disk-full') {
      return new JobBlocked({
        code: 'disk-full',
        problem: `The disk that holds “${this.#parts.dataFolder}” is full.`,
        remedy: 'Free some space on it, then resume.',
        file: this.#parts.dataFolder,
      });
    }
    if (thrown.code === 'read-only') {
      return new JobBlocked({
        code: 'read-only',
        problem: `The disk that holds “${this.#parts.dataFolder}” cannot be written.`,
        remedy: 'Make it writable, then resume.',
        file: this.#parts.dataFolder,
      });
    }
    return thrown;
  }

  #hasFiles(protectionId: number, noise: string): boolean {
    const { catalog, dataFolder } = this.#parts;
    const copy = catalog.protections.libraryCopy(protectionId);
    return copy !== undefined && existsSync(inData(dataFolder, copy.file)) && existsSync(inData(dataFolder, noise));
  }
}

/** @throws UserError when the original was written while it was being protected: its noise would not fit it. */
async function assertUnchanged(photo: PhotoRow): Promise<void> {
  let unchanged: boolean;
  try {
    const { size, mtimeMs } = await stat(photo.path);
    unchanged = size === photo.bytes && mtimeMs === photo.mtimeMs;
  } catch (thrown) {
    throw fileFailure(photo.path, thrown);
  }
  if (!unchanged) {
    throw new UserError(
      'vanished',
      `“${basename(photo.path)}” was changed while it was being protected.`,
      'Retry it when the other program has finished writing it.',
      { file: photo.path },
    );
  }
}
