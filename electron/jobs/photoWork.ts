import { existsSync } from 'node:fs';
import { toFailure, UserError } from '../../engine/errors.ts';
import { assertUnchanged } from '../../engine/files/index.ts';
import { Blocked } from '../blocked.ts';
import type { Catalog, PhotoRow, ProtectionRow } from '../catalog/index.ts';
import type { Emit } from '../events.ts';
import { HostStopped } from '../hosts/client.ts';
import type { Freshness } from '../library/freshness.ts';
import type { LibraryCopies } from '../library/libraryCopies.ts';
import { calledOff, unlessCalledOff } from './calledOff.ts';
import type { EngineRoom } from './engineRoom.ts';
import { copyStem, inData, noiseFile } from './names.ts';
import { finishTask, recordProtection } from './record.ts';
import { sharedClass } from './sharedClass.ts';
import type { PhotoUnderWay, UnderWay } from './underWay.ts';

/** An engine that dies while it is opened is opened this often in all. */
const OPENINGS = 2;

export interface PhotoWorkParts {
  catalog: Catalog;
  engine: Pick<EngineRoom, 'describe' | 'protect' | 'photosAtOnce'>;
  freshness: Pick<Freshness, 'refresh'>;
  copies: Pick<LibraryCopies, 'pathOf'>;
  /** The folder that holds the catalog, the noise and the copies. */
  dataFolder: string;
  emit: Emit;
  now: () => Date;
}

/** One photo of a job, from its file to the rows of its protection. */
export class PhotoWork {
  readonly #parts: PhotoWorkParts;
  readonly #underWay: UnderWay;

  constructor(parts: PhotoWorkParts, underWay: UnderWay) {
    this.#parts = parts;
    this.#underWay = underWay;
  }

  /**
   * Protects the photo and records it. Answers the seconds that it cost; null when the album has this very protection
   * already.
   * @param onProgress called when `photo.progress` has changed
   * @throws UserError what is wrong with the photo; Blocked when the whole job cannot go on; HostStopped when the engine died
   */
  async protect(photo: PhotoUnderWay, onProgress: () => void): Promise<number | null> {
    const { catalog, engine, dataFolder, now } = this.#parts;
    const { job, abort } = photo;
    const file = await this.#freshPhoto(photo);
    await this.#underWay.claim(photo, file.photoId);
    const { task } = photo;
    // The first description may have to wait for trials of every runtime: minutes, in which the program may be asked to end.
    const description = await unlessCalledOff(abort.signal, this.#describeEngine());
    const same = catalog.protections.findSame({
      albumId: job.albumId,
      photoId: file.photoId,
      sourceSha256: file.sha256,
      rhoU: job.rhoU,
      targetClass: sharedClass(job.targetClass, description.generator.classes),
      generatorSha256: description.generator.sha256,
      noiseVersion: description.noiseVersion,
    });
    const isThere = same !== undefined && (await this.#hasFiles(same));
    if (abort.signal.aborted) throw calledOff();
    if (isThere) {
      catalog.transaction(() => finishTask(catalog, task, file.photoId, same.protectionId, null));
      return null;
    }
    const report = await engine
      .protect(
        {
          source: file.path,
          rhoU: job.rhoU,
          targetClass: job.targetClass,
          seed: { job: job.seed, contentSha256: file.sha256 },
          noisePath: inData(dataFolder, noiseFile(task.key)),
          copyStem: inData(dataFolder, copyStem(task.key)),
        },
        {
          signal: abort.signal,
          alone: task.crashes > 0,
          onProgress: (progress) => {
            photo.progress = progress;
            onProgress();
          },
        },
      )
      .catch((thrown: unknown) => {
        throw this.#blockOr(thrown, file.path);
      });
    await assertUnchanged(file.path, file);
    const seconds = this.#underWay.secondsOf(photo);
    recordProtection(catalog, job, task, file, report, seconds, now().toISOString());
    return seconds;
  }

  /** The photo as its file is now; the task follows when another row stands for that content. */
  async #freshPhoto(photo: PhotoUnderWay): Promise<PhotoRow> {
    const { catalog, freshness } = this.#parts;
    const { task, job } = photo;
    const file = await freshness.refresh(task.photoId);
    if (file.photoId !== task.photoId) {
      catalog.transaction(() => {
        catalog.jobs.repointTask(task.taskId, file.photoId);
        catalog.albumPhotos.settle(task.albumId, file.photoId);
      });
      photo.task = { ...task, photoId: file.photoId };
      this.#parts.emit('albums.changed', { albumIds: [job.albumId] });
    }
    photo.name = file.name;
    return file;
  }

  /** Without a generator no photo can be done: that holds the job, instead of failing every photo. */
  async #describeEngine(tries = OPENINGS): ReturnType<EngineRoom['describe']> {
    try {
      return await this.#parts.engine.describe();
    } catch (thrown) {
      if (!(thrown instanceof HostStopped)) throw new Blocked(toFailure(thrown));
      if (tries > 1) return this.#describeEngine(tries - 1);
      throw new Blocked({
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
      return new Blocked({
        code: 'disk-full',
        problem: `The disk that holds “${this.#parts.dataFolder}” is full.`,
        remedy: 'Free some space on it, then resume.',
        file: this.#parts.dataFolder,
      });
    }
    if (thrown.code === 'read-only') {
      return new Blocked({
        code: 'read-only',
        problem: `The disk that holds “${this.#parts.dataFolder}” cannot be written.`,
        remedy: 'Make it writable, then resume.',
        file: this.#parts.dataFolder,
      });
    }
    return thrown;
  }

  /** Whether noise and copy of a protection are there; a copy that has gone to free space is made again. */
  async #hasFiles({ protectionId, noiseFile: noise }: ProtectionRow): Promise<boolean> {
    const { copies, dataFolder } = this.#parts;
    if (!existsSync(inData(dataFolder, noise))) return false;
    return copies.pathOf(protectionId).then(
      () => true,
      // Its noise may be damaged. Protecting the photo anew says what is wrong with anything else.
      () => false,
    );
  }
}
