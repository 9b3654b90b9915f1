import { randomInt } from 'node:crypto';
import { toFailure, UserError } from '../../engine/errors.ts';
import { explainCatalogError } from '../catalog/index.ts';
import { throttle, type Emit } from '../events.ts';
import { HostStopped } from '../hosts/client.ts';
import type {
  ProtectionTestProgress,
  ProtectionTestState,
  ProtectionTestSummary,
  TestObstacle,
} from '../ipc/protectionTest.ts';
import type { EngineRoom } from './engineRoom.ts';
import { chooseAlbums, lackOf, type ChoiceParts } from './testedAlbums.ts';

const PROGRESS_MS = 250;

export interface TesterParts extends ChoiceParts {
  engine: Pick<EngineRoom, 'test'>;
  emit: Emit;
  now: () => Date;
  /** Told when a test begins. */
  onBegin?: () => void;
}

interface Running {
  albumId: number;
  name: string;
  progress: ProtectionTestProgress;
  abort: AbortController;
}

/**
 * Tests of albums' protection, one at a time. One is not begun while photos are being protected; photos that are
 * protected after it has begun go first, and it waits. A test that is cut short leaves nothing.
 */
export class ProtectionTester {
  readonly #parts: TesterParts;
  readonly #failures = new Map<number, { problem: string; remedy: string }>();
  readonly #tell;
  #running: Running | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: TesterParts) {
    this.#parts = parts;
    this.#tell = throttle(() => {
      // Told once more at its end; an album that is being removed has nothing to show.
      if (this.#running === null || this.#running.abort.signal.aborted) return;
      parts.emit('protectionTest.changed', this.show(this.#running.albumId));
    }, PROGRESS_MS);
  }

  /** How the test of this album stands. @throws UserError when the album has been removed */
  show(albumId: number): ProtectionTestState {
    this.#parts.catalog.albums.present(albumId);
    return {
      albumId,
      obstacle: this.#obstacle(albumId),
      running: this.#running?.albumId === albumId ? this.#running.progress : null,
      failure: this.#failures.get(albumId) ?? null,
      last: this.#last(albumId),
    };
  }

  /** Begins a test and answers at once. @throws UserError when it cannot be begun */
  start(albumId: number): ProtectionTestState {
    const { name } = this.#parts.catalog.albums.present(albumId);
    if (this.#running?.albumId === albumId) return this.show(albumId);
    const obstacle = this.#obstacle(albumId);
    if (obstacle !== null) throw new UserError('bad-setting', obstacle.problem, obstacle.remedy);
    this.#failures.delete(albumId);
    const progress = { stage: 'photos', fraction: 0, secondsLeft: null } as const;
    const running: Running = { albumId, name, progress, abort: new AbortController() };
    this.#running = running;
    this.#work = this.#run(running).catch((thrown: unknown) => console.error(thrown));
    this.#parts.onBegin?.();
    return this.show(albumId);
  }

  /** Ends the test of this album, if one runs. */
  cancel(albumId: number): void {
    if (this.#running?.albumId === albumId) this.#running.abort.abort();
  }

  /** True while a test is under way. */
  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Resolves when no test runs. */
  idle(): Promise<void> {
    return this.#work;
  }

  /** Ends the test that runs. */
  async stop(): Promise<void> {
    this.#running?.abort.abort();
    await this.#work;
    this.#tell.cancel();
  }

  async #run(running: Running): Promise<void> {
    const { catalog, engine, emit, now } = this.#parts;
    const { albumId, abort } = running;
    try {
      const newestProtectionId = catalog.albumPhotos.newestProtection(albumId);
      if (newestProtectionId === null) throw new Error('an album without protections was to be tested');
      const { albums, noise } = await chooseAlbums(this.#parts, albumId, abort.signal);
      const result = await engine.test(
        { albums, seed: randomInt(2 ** 31) },
        {
          signal: abort.signal,
          onProgress: (progress) => {
            running.progress = progress;
            this.#tell();
          },
        },
      );
      catalog.protectionTests.insert(albumId, { newestProtectionId, noise, result, finishedAt: now().toISOString() });
    } catch (thrown) {
      if (!abort.signal.aborted) this.#failures.set(albumId, failureOf(running.name, thrown));
    } finally {
      this.#running = null;
      this.#tell.cancel();
      // Of an album that was removed meanwhile there is nothing to tell.
      if (catalog.albums.get(albumId).removedAt === null) emit('protectionTest.changed', this.show(albumId));
    }
  }

  #obstacle(albumId: number): TestObstacle | null {
    const { catalog } = this.#parts;
    const lack = lackOf(catalog, albumId);
    if (lack !== null) return lack;
    if (this.#running !== null && this.#running.albumId !== albumId) {
      return {
        reason: 'busy',
        problem: `“${this.#running.name}” is being tested.`,
        remedy: 'Wait until that is done, or cancel it in its album.',
      };
    }
    const job = catalog.jobs.list().find(({ state }) => state === 'running' || state === 'waiting');
    if (job === undefined || this.#running !== null) return null;
    return {
      reason: 'busy',
      problem: `Photos of “${job.albumName}” are being protected.`,
      remedy: 'Wait until that is done, or pause it in the queue.',
    };
  }

  #last(albumId: number): ProtectionTestSummary | null {
    const { catalog } = this.#parts;
    const row = catalog.protectionTests.last(albumId);
    if (row === undefined) return null;
    const { newestProtectionId, ...test } = row;
    return { ...test, outdated: this.#isOutdated(albumId, newestProtectionId) };
  }

  /** @param tested the newest protection that the test was of */
  #isOutdated(albumId: number, tested: number): boolean {
    const { albumPhotos, protections } = this.#parts.catalog;
    const newest = albumPhotos.newestProtection(albumId) ?? 0;
    if (newest >= tested) return newest > tested;
    // Its photo was removed, which protects nothing; or it is there and has an earlier protection again.
    const photoId = protections.find(tested)?.photoId;
    return photoId !== undefined && albumPhotos.has(albumId, photoId);
  }
}

function failureOf(album: string, thrown: unknown): { problem: string; remedy: string } {
  if (thrown instanceof HostStopped) {
    return {
      problem: `The engine stopped while it tested “${album}”.`,
      remedy: 'Close other programs to free memory, then try again.',
    };
  }
  if (!(thrown instanceof UserError)) console.error(thrown);
  const { problem, remedy } = toFailure(explainCatalogError(thrown));
  return { problem, remedy };
}
