import { randomInt } from 'node:crypto';
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { Blocked } from '../blocked.ts';
import { explainCatalogError, isCatalogError, type JobCounts, type JobRow, type TaskRow } from '../catalog/index.ts';
import { throttle } from '../events.ts';
import { HostStopped } from '../hosts/client.ts';
import type { Hold, JobSummary } from '../ipc/contract.ts';
import { tasksFor } from './names.ts';
import { PhotoWork, type PhotoWorkParts } from './photoWork.ts';
import { TimeLeft } from './timeLeft.ts';
import { UnderWay, type PhotoUnderWay } from './underWay.ts';

const PROGRESS_MS = 100;
const ALBUMS_MS = 1000;
/** After the catalog refused a write (its disk is full, say) the queue looks again this much later. */
const AGAIN_MS = 30_000;
/** A photo that the engine dies over is tried this often in all. */
const TRIES = 2;

export interface QueueParts extends PhotoWorkParts {
  /** Told when work begins and when it ends, to keep the machine awake meanwhile. */
  onBusy?: (busy: boolean) => void;
  /** What jobs have to wait for now, null when they may work; asked before each photo. */
  hold?: () => Hold | null;
}

/**
 * Takes jobs one after the other and their photos a few at a time. All state is in the catalog's rows before and
 * after each photo; what is held here is only the photos under way, so the program may die at any moment.
 */
export class JobQueue {
  readonly #parts: QueueParts;
  readonly #tell;
  readonly #tellAlbum;
  readonly #counts = new Map<number, JobCounts>();
  readonly #changedAlbums = new Set<number>();
  readonly #underWay = new UnderWay();
  readonly #work: PhotoWork;
  /** The tasks that the last removal of a photo from an album has cancelled, by {@link placeOf}; for who takes it back. */
  readonly #cancelledByRemoval = new Map<string, readonly number[]>();
  #timeLeft: { jobId: number; estimate: TimeLeft } | null = null;
  #loop: Promise<void> | null = null;
  /** What jobs waited for when they were last looked at. */
  #hold: Hold | null = null;
  #working = false;
  #wanted = false;
  #stopping = false;
  /** Rows say that photos are under way, and none is: so it is at start, and after the catalog refused a write. */
  #leftover = true;
  #later: NodeJS.Timeout | null = null;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#work = new PhotoWork(parts, this.#underWay);
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

  /** Abandons the photos under way (they will be done again at the next start) and takes no more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#underWay.abortAll();
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

  /** Lets the photos under way finish, then holds. */
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

  /** What is finished stays; the photos under way are abandoned, the rest is not begun. */
  cancel(jobId: number): void {
    const { catalog, now } = this.#parts;
    const job = this.#job(jobId);
    if (job.state === 'done' || job.state === 'cancelled') return;
    catalog.transaction(() => {
      catalog.jobs.cancelWaiting(jobId);
      catalog.jobs.setState(jobId, 'cancelled', now().toISOString());
      catalog.albumPhotos.settleJob(jobId);
    });
    for (const { abort } of this.#underWay.of(jobId)) abort.abort();
    this.#photosChanged(job);
  }

  /** The photos that failed are tried again. */
  retry(jobId: number): void {
    const { catalog } = this.#parts;
    const job = this.#job(jobId);
    const again = catalog.transaction(() => {
      catalog.albums.present(job.albumId);
      const count = catalog.jobs.retryFailed(jobId);
      if (count > 0 && (job.state === 'done' || job.state === 'cancelled')) catalog.jobs.setState(jobId, 'waiting');
      catalog.albumPhotos.settleJob(jobId);
      return count;
    });
    if (again === 0) return;
    this.#photosChanged(job);
    this.#wake();
  }

  /** Takes photos out of an album: of those that wait nothing is begun; one under way is finished. */
  removePhotos(albumId: number, photoIds: readonly number[]): void {
    const { catalog, now } = this.#parts;
    const at = now().toISOString();
    const cancelled = catalog.transaction(() =>
      photoIds.map((photoId): [number, readonly number[]] => {
        const tasks = catalog.jobs.waitingTasks(albumId, photoId);
        catalog.albumPhotos.remove(albumId, photoId, at);
        catalog.jobs.cancelWaitingPhoto(albumId, photoId);
        catalog.albumPhotos.settle(albumId, photoId);
        return [photoId, tasks];
      }),
    );
    for (const [photoId, tasks] of cancelled) {
      if (tasks.length > 0) this.#cancelledByRemoval.set(placeOf(albumId, photoId), tasks);
      else this.#cancelledByRemoval.delete(placeOf(albumId, photoId));
    }
    this.#albumChanged(albumId);
  }

  /**
   * Puts photos into an album. Of those that were removed, the tasks which that has cancelled wait again where their
   * jobs are not over.
   * @throws UserError when a photo is not in the catalog; then none is put
   */
  addPhotos(albumId: number, photoIds: readonly number[]): void {
    const { catalog, now } = this.#parts;
    const at = now().toISOString();
    catalog.transaction(() => {
      for (const photoId of photoIds) {
        if (catalog.photos.find(photoId) === undefined) {
          throw new UserError('bad-setting', 'A photo is no longer in the catalog.', 'Add it from its folder again.');
        }
        const tasks = this.#cancelledByRemoval.get(placeOf(albumId, photoId)) ?? [];
        for (const taskId of tasks) catalog.jobs.reopenTask(taskId);
        // Settles the photo, too: it waits again with its task.
        catalog.albumPhotos.put(albumId, photoId, at);
      }
    });
    for (const photoId of photoIds) this.#cancelledByRemoval.delete(placeOf(albumId, photoId));
    this.#albumChanged(albumId);
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
    const underWay = this.#underWay.of(jobId);
    const begun = underWay.reduce((sum, { progress }) => sum + (progress?.fraction ?? 0), 0);
    const estimate = this.#timeLeft?.jobId === jobId ? this.#timeLeft.estimate.estimate(counts.left, begun) : null;
    return {
      jobId,
      albumId: job.albumId,
      albumName: job.albumName,
      rhoU: job.rhoU,
      state: job.state,
      // Photos that have left the album are nothing to wait for; what a cancelled job has left out still counts.
      total: job.state === 'cancelled' ? counts.total : counts.done + counts.failed + counts.left,
      done: counts.done,
      failed: counts.failed,
      underWay: underWay.map(({ task, name, progress }) => ({
        photoId: task.photoId,
        name,
        stage: progress?.stage ?? 'decode',
        fraction: progress?.fraction ?? 0,
      })),
      secondsLeft: underWay.length === 0 ? null : estimate,
      waitsFor: underWay.length === 0 && (job.state === 'waiting' || job.state === 'running') ? this.#hold : null,
      createdAt: job.createdAt,
    };
  }

  /** A job's rows have changed: count again, and tell. */
  #changed(jobId: number): void {
    this.#counts.delete(jobId);
    this.#tell();
  }

  /** Photos have left an album or come to it: a job may have nothing left to do, or more than before. */
  #albumChanged(albumId: number): void {
    for (const job of this.#parts.catalog.jobs.list()) if (job.albumId === albumId) this.#changed(job.jobId);
    this.#wake();
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
    this.#underWay.wake();
    if (this.#working || this.#stopping) return;
    // Not told by #loop: with nothing to do the work is over before its promise has been kept.
    this.#working = true;
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    this.#parts.onBusy?.(true);
    try {
      this.#recover();
      // A wish that comes while the last look is being taken is not lost: it sets the flag again.
      while (this.#wanted) {
        this.#wanted = false;
        this.#beginPhotos();
        if (this.#underWay.size === 0) continue;
        await this.#underWay.change();
        this.#wanted = true;
      }
    } catch (thrown) {
      console.error(thrown);
      // The next look takes every row that says so for a leftover: none may be under way then.
      await this.#underWay.allEnded();
      this.#leftover = true;
      const { code, problem, remedy } = toFailure(explainCatalogError(thrown));
      // A damaged catalog is not whole a moment later; what else keeps it from being written may pass.
      const goesOn = code !== 'catalog-corrupt';
      this.#parts.emit('app.notice', {
        kind: 'error',
        sentence: `The queue waits. ${problem} ${remedy}${goesOn ? ' The queue goes on by itself.' : ''}`,
      });
      if (goesOn) this.#later = setTimeout(() => this.#wake(), AGAIN_MS);
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

  /** Begins as many photos as may be under way now, and ends jobs of which none is left. */
  #beginPhotos(): void {
    const { catalog, engine } = this.#parts;
    while (this.#underWay.size < engine.photosAtOnce) {
      const job = this.#nextJob();
      if (job === undefined) return;
      const task = catalog.jobs.nextTask(job.jobId);
      if (task === undefined ? this.#underWay.size > 0 : !this.#underWay.admits(task)) return;
      if (job.state === 'waiting') this.#startJob(job);
      if (task === undefined) this.#endJob(job);
      else this.#begin(job, task);
    }
  }

  #startJob({ jobId }: JobRow): void {
    const { jobs } = this.#parts.catalog;
    jobs.setState(jobId, 'running');
    this.#timeLeft = { jobId, estimate: new TimeLeft(jobs.recentSeconds(jobId, TimeLeft.window)) };
  }

  #endJob({ jobId, albumId }: JobRow): void {
    this.#parts.catalog.jobs.setState(jobId, 'done', this.#parts.now().toISOString());
    this.#changed(jobId);
    this.#parts.emit('albums.changed', { albumIds: [albumId] });
  }

  #begin(job: JobRow, task: TaskRow): void {
    const { catalog } = this.#parts;
    const name = catalog.photos.find(task.photoId)?.name ?? '';
    catalog.transaction(() => {
      catalog.jobs.startTask(task.taskId);
      catalog.albumPhotos.settle(task.albumId, task.photoId);
    });
    this.#underWay.begin(job, task, name, (photo) => this.#finish(photo));
    this.#photoChanged(job, task.photoId);
  }

  /** Takes the photo to its end, whatever that is. @throws what the catalog throws when it cannot be written */
  async #finish(photo: PhotoUnderWay): Promise<void> {
    const { catalog } = this.#parts;
    try {
      const seconds = await this.#work.protect(photo, () => this.#tell());
      if (seconds !== null) this.#timeLeft?.estimate.add(seconds);
    } catch (thrown) {
      catalog.transaction(() => {
        this.#settleFailure(photo, thrown);
        catalog.albumPhotos.settle(photo.task.albumId, photo.task.photoId);
      });
    }
    this.#underWay.end(photo);
    this.#photoChanged(photo.job, photo.task.photoId);
  }

  /** What becomes of a task that did not end well. */
  #settleFailure(photo: PhotoUnderWay, thrown: unknown): void {
    const { jobs } = this.#parts.catalog;
    const { task } = photo;
    if (photo.abort.signal.aborted) {
      // A cancelled job stays so, though the program ends before its last photo has: nobody would look at it again.
      const goesOn = this.#stopping && jobs.find(task.jobId)?.state !== 'cancelled';
      if (goesOn) jobs.returnTask(task.taskId);
      else jobs.cancelTask(task.taskId);
    } else if (thrown instanceof HostStopped) {
      if (task.crashes + 1 < TRIES) jobs.countCrash(task.taskId);
      else jobs.failTask(task.taskId, this.#crashFailure(task));
    } else if (thrown instanceof Blocked) {
      jobs.returnTask(task.taskId);
      if (!photo.jobBlocked) this.#block(photo.job, thrown.failure);
    } else {
      // The photo is not to blame: it is done again when the catalog can be written.
      if (isCatalogError(thrown)) throw thrown;
      if (!(thrown instanceof UserError)) console.error(thrown);
      jobs.failTask(task.taskId, toFailure(thrown, this.#parts.catalog.photos.find(task.photoId)?.path));
    }
  }

  /** The job is paused, and the user told: once, though the other photos under way will meet the same. */
  #block({ jobId, albumName }: JobRow, { problem, remedy }: Failure): void {
    this.#parts.catalog.jobs.setState(jobId, 'paused');
    for (const other of this.#underWay.of(jobId)) other.jobBlocked = true;
    this.#parts.emit('app.notice', {
      kind: 'error',
      sentence: `${problem} ${remedy} “${albumName}” is paused until you resume it.`,
    });
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
}

/** Names a photo's place in an album. */
const placeOf = (albumId: number, photoId: number): string => `${albumId}/${photoId}`;
