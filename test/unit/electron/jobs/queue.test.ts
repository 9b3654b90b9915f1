import Database from 'better-sqlite3';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openCatalog, type Catalog } from '../../../../electron/catalog/index.ts';
import { catalogFile } from '../../../../electron/catalog/open.ts';
import type { Hold } from '../../../../electron/ipc/contract.ts';
import { JobQueue } from '../../../../electron/jobs/queue.ts';
import { albumMaker } from '../../../../electron/library/albumMaker.ts';
import { Freshness } from '../../../../electron/library/freshness.ts';
import { Importer } from '../../../../electron/library/importer.ts';
import { LibraryCopies } from '../../../../electron/library/libraryCopies.ts';
import { median } from '../../../../engine/auto/median.ts';
import { UserError } from '../../../../engine/errors.ts';
import { testEngineRoom, type Before, type TestEngineRoom } from '../support/engine.ts';
import { EventLog } from '../support/events.ts';
import { temporaryFolder } from '../support/folders.ts';
import { testPhotoHost, writePhoto } from '../support/photos.ts';

interface Shop {
  catalog: Catalog;
  queue: JobQueue;
  engine: TestEngineRoom;
  log: EventLog;
  /** True while the queue says that it works. */
  isBusy: () => boolean;
  /** What the machine says that jobs have to wait for. */
  machine: { hold: Hold | null };
}

/** The queue over a catalog in `data`, as the program opens it. */
function openShop(data: string): Shop & { importer: Importer } {
  const { catalog } = openCatalog(data);
  const log = new EventLog();
  const engine = testEngineRoom(log);
  const host = testPhotoHost().client;
  const now = (): Date => new Date();
  const freshness = new Freshness(catalog, host, log.emit, now);
  const makeAlbum = albumMaker(catalog, (used) => engine.room.chooseTargetClass(used), now);
  const importer = new Importer({ catalog, host, freshness, makeAlbum, emit: log.emit, now });
  let busy = false;
  const machine: Shop['machine'] = { hold: null };
  const queue = new JobQueue({
    catalog,
    engine: engine.room,
    freshness,
    copies: new LibraryCopies({ catalog, host, freshness, dataFolder: data }),
    dataFolder: data,
    emit: log.emit,
    onBusy: (is) => (busy = is),
    hold: () => machine.hold,
    now,
  });
  return { catalog, queue, engine, log, importer, isBusy: () => busy, machine };
}

/** An album of `count` photos, `0.jpg` and on, and the shop around it. */
async function albumOf(count: number): Promise<Shop & { albumId: number; data: string; photos: string }> {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const photos = join(folder, 'Sea');
  for (let n = 0; n < count; n++) writePhoto(join(photos, `${n}.jpg`), String(n));
  await mkdir(join(data, 'noise'), { recursive: true });
  await mkdir(join(data, 'copies'), { recursive: true });
  const shop = openShop(data);
  onTestFinished(async () => {
    await shop.queue.stop();
    shop.catalog.close();
  });
  const { albumIds } = await shop.importer.run([photos], null);
  return { ...shop, albumId: albumIds[0] ?? 0, data, photos };
}

/** The shop as the next start of the program finds it. */
function reopenShop(data: string): Shop {
  const shop = openShop(data);
  onTestFinished(async () => {
    await shop.queue.stop();
    shop.catalog.close();
  });
  shop.queue.start();
  return shop;
}

function statuses(catalog: Catalog, albumId: number): string[] {
  return catalog.albumPhotos.list(albumId).map((photo) => photo.status);
}

/** Lets the engine stop at these photos until the test lets each go on, or it is abandoned. */
function gate(...names: string[]): { before: Before; reached: Promise<unknown>; open: (name?: string) => void } {
  const gates = new Map(
    names.map((name) => {
      let open = (): void => undefined;
      let reach = (): void => undefined;
      const opened = new Promise<void>((resolve) => (open = resolve));
      const reached = new Promise<void>((resolve) => (reach = resolve));
      return [name, { open, opened, reach, reached }];
    }),
  );
  return {
    before: async (request, { signal }) => {
      const at = gates.get(basename(request.source));
      at?.reach();
      await Promise.race([at?.opened, new Promise((resolve) => signal?.addEventListener('abort', resolve))]);
    },
    /** All of them are under way. */
    reached: Promise.all(Array.from(gates.values(), ({ reached }) => reached)),
    open: (name) => {
      for (const [one, { open }] of gates) if (name === undefined || one === name) open();
    },
  };
}

const PREVIEW = { source: 'preview.jpg', rhoU: 8, targetClass: 0, seed: { job: 1, contentSha256: '00' } };

/** Until the answer is called, nothing can be written to the catalog. */
function fillDisk(catalog: Catalog): () => void {
  const spy = vi.spyOn(catalog, 'transaction').mockImplementation(() => {
    throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
  });
  return () => spy.mockRestore();
}

describe('a job', () => {
  test('is rows before any work, then every photo is protected', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(3);
    const job = queue.protectAlbum(albumId, 8, null);
    expect(job).toMatchObject({ total: 3, done: 0, failed: 0, albumName: 'Sea' });
    expect(engine.engine.requests).toEqual([]);
    expect(statuses(catalog, albumId)).toEqual(['protecting', 'protecting', 'waiting']);
    await queue.idle();

    expect(engine.engine.finished.toSorted()).toEqual(['0.jpg', '1.jpg', '2.jpg']);
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected', 'protected']);
    expect(queue.list()).toMatchObject([{ state: 'done', done: 3, failed: 0, underWay: [], secondsLeft: null }]);
    for (const photo of catalog.albumPhotos.list(albumId)) {
      const protection = catalog.protections.find(photo.protectionId ?? 0);
      const copy = catalog.protections.libraryCopy(photo.protectionId ?? 0);
      expect(readFileSync(join(data, protection?.noiseFile ?? ''), 'utf8')).toBe(`noise ${protection?.seed ?? ''}`);
      expect(readFileSync(join(data, copy?.file ?? ''), 'utf8')).toBe(`copy ${protection?.seed ?? ''}`);
      expect(protection?.sourceSha256).toBe(catalog.photos.find(photo.photoId)?.sha256);
    }
    const seeds = engine.engine.requests.map((request) => request.settings.seed);
    expect(new Set(seeds).size).toBe(3);
  });

  test('waits, and says for what, while the machine is not to be used', async () => {
    const { catalog, queue, engine, machine, isBusy, albumId } = await albumOf(3);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = held.before;
    queue.protectAlbum(albumId, 8, null);
    await held.reached;
    expect(queue.list()).toMatchObject([{ state: 'running', waitsFor: null }]);
    machine.hold = 'power';
    held.open();
    await queue.idle();
    // The photos under way were finished, no other begun, and the machine may fall asleep.
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected', 'waiting']);
    expect(queue.list()).toMatchObject([{ state: 'running', done: 2, underWay: [], waitsFor: 'power' }]);
    expect(isBusy()).toBe(false);

    machine.hold = null;
    queue.holdChanged();
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected', 'protected']);
    expect(queue.list()).toMatchObject([{ state: 'done', waitsFor: null }]);
  });

  test('can be for some photos only', async () => {
    const { catalog, queue, albumId } = await albumOf(3);
    queue.protectAlbum(albumId, 8, [2]);
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['new', 'protected', 'new']);
  });

  test('tells photo k of n, how far it is, and at most ten times a second', async () => {
    const { catalog, queue, engine, log, albumId } = await albumOf(40);
    const held = gate('15.jpg', '16.jpg');
    engine.engine.before = held.before;
    const started = performance.now();
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    const underWay = ['15.jpg', '16.jpg'].map((name, at) => ({
      photoId: 16 + at,
      name,
      stage: 'noise',
      fraction: 0.5,
    }));
    await expect.poll(() => queue.list()[0]).toMatchObject({ done: 15, total: 40, underWay });
    // Both that are under way are half done: together they are one photo of the 25 that are left.
    const left = 24 * median(catalog.jobs.recentSeconds(jobId, 15));
    await expect.poll(() => queue.list()[0]?.secondsLeft).toBeCloseTo(left, 6);
    held.open();
    await queue.idle();
    const tenths = (performance.now() - started) / 100;
    expect(log.all('jobs.changed').length).toBeLessThanOrEqual(tenths + 2);
  });

  test('that begins and ends tells the window to read the album again, and each photo by itself', async () => {
    const { queue, log, albumId } = await albumOf(3);
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    expect(log.all('photos.allChanged')).toEqual([{ albumId }]);
    queue.cancel(jobId);
    expect(log.all('photos.allChanged')).toEqual([{ albumId }, { albumId }]);
    await queue.idle();
    expect(log.all('photos.changed').every(({ photos }) => photos.length === 1)).toBe(true);
  });

  test('of an album without photos is refused', async () => {
    const { queue, catalog } = await albumOf(1);
    const empty = catalog.albums.insert('Empty', 1, null, '2026-01-01');
    expect(() => queue.protectAlbum(empty, 8, null)).toThrow(/There are no photos to protect in “Empty”/);
  });

  test('waits for the one before it', async () => {
    const { queue, engine, albumId } = await albumOf(2);
    const held = gate('0.jpg');
    engine.engine.before = held.before;
    queue.protectAlbum(albumId, 8, null);
    queue.protectAlbum(albumId, 16, null);
    await held.reached;
    await expect.poll(() => engine.engine.finished).toEqual(['1.jpg']);
    await expect.poll(() => queue.list()[0]?.done).toBe(1);
    expect(queue.list().map((job) => job.state)).toEqual(['running', 'waiting']);
    held.open();
    await queue.idle();
    expect(engine.engine.requests.map((request) => request.settings.rhoU)).toEqual([8, 8, 16, 16]);
  });
});

describe('two photos at once', () => {
  test('are under way, and the next begins when either has ended', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(4);
    const held = gate('0.jpg', '1.jpg', '2.jpg', '3.jpg');
    engine.engine.before = held.before;
    queue.protectAlbum(albumId, 8, null);
    await expect.poll(() => engine.engine.requests).toHaveLength(2);
    expect(statuses(catalog, albumId)).toEqual(['protecting', 'protecting', 'waiting', 'waiting']);
    held.open('1.jpg');
    await expect.poll(() => engine.engine.requests).toHaveLength(3);
    expect(statuses(catalog, albumId)).toEqual(['protecting', 'protected', 'protecting', 'waiting']);
    expect(queue.list()).toMatchObject([
      { state: 'running', done: 1, underWay: [{ name: '0.jpg' }, { name: '2.jpg' }] },
    ]);
    held.open('0.jpg');
    await held.reached;
    expect(queue.list()).toMatchObject([
      { state: 'running', done: 2, underWay: [{ name: '2.jpg' }, { name: '3.jpg' }] },
    ]);
    held.open();
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'done', done: 4, underWay: [] }]);
  });

  test('of a paused job are finished before another job begins', async () => {
    const { queue, engine, albumId } = await albumOf(3);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    queue.protectAlbum(albumId, 16, [1]);
    await held.reached;
    queue.pause(jobId);
    held.open('1.jpg');
    await expect.poll(() => queue.list()[0]?.done).toBe(1);
    expect(queue.list().map((job) => job.state)).toEqual(['paused', 'waiting']);
    held.open('0.jpg');
    await queue.idle();
    expect(engine.engine.requests.map((request) => request.settings.rhoU)).toEqual([8, 8, 16]);
    expect(queue.list().map((job) => job.state)).toEqual(['paused', 'done']);
  });

  test('whose files have become the same are one photo, protected once', async () => {
    const { queue, engine, albumId, photos } = await albumOf(2);
    writePhoto(join(photos, '0.jpg'), '1');
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'done', done: 2, failed: 0 }]);
    expect(engine.engine.requests).toHaveLength(1);
  });

  test('a look that is asked for while one is under way is not put off until it ends', async () => {
    const { catalog, queue, engine, machine, albumId } = await albumOf(3);
    const held = gate('0.jpg', '1.jpg', '2.jpg');
    engine.engine.before = held.before;
    queue.protectAlbum(albumId, 8, null);
    await expect.poll(() => engine.engine.requests).toHaveLength(2);
    machine.hold = 'idle';
    held.open('1.jpg');
    await expect.poll(() => queue.list()[0]?.done).toBe(1);
    expect(statuses(catalog, albumId)).toEqual(['protecting', 'protected', 'waiting']);
    machine.hold = null;
    queue.holdChanged();
    await held.reached;
    held.open();
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'done', done: 3 }]);
  });
});

describe('doing it again', () => {
  test('with the same settings makes nothing anew', async () => {
    const { queue, engine, albumId } = await albumOf(2);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(engine.engine.requests).toHaveLength(2);
    expect(queue.list().map((job) => [job.state, job.done])).toEqual([
      ['done', 2],
      ['done', 2],
    ]);
  });

  test('of an album whose class the generator no longer has makes nothing anew either: it shares another', async () => {
    const { catalog, queue, engine } = await albumOf(1);
    const now = new Date().toISOString();
    const albumId = catalog.albums.insert('From before', 13, null, now);
    catalog.albumPhotos.put(albumId, 1, now);
    queue.protectAlbum(albumId, 8, null);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(engine.engine.requests).toHaveLength(1);
    // 13 of 8 classes.
    expect(catalog.protections.history(1).map(({ targetClass }) => targetClass)).toEqual([5]);
  });

  test('of photos whose noise is of an older version makes it anew', async () => {
    const { queue, engine, albumId } = await albumOf(1);
    // What it makes counts as made by version 1.
    engine.engine.noiseVersion = 2;
    queue.protectAlbum(albumId, 8, null);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(engine.engine.requests).toHaveLength(2);
  });

  test('with another strength makes a new protection and keeps the old one', async () => {
    const { catalog, queue, albumId } = await albumOf(1);
    queue.protectAlbum(albumId, 8, null);
    queue.protectAlbum(albumId, 16, null);
    await queue.idle();
    expect(catalog.protections.history(1).map((protection) => protection.rhoU)).toEqual([16, 8]);
    expect(catalog.albumPhotos.list(albumId)[0]?.protectionId).toBe(2);
  });

  test('of a photo whose copy has been deleted makes that again, from the noise that is there', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(1);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    const copy = join(data, catalog.protections.libraryCopy(1)?.file ?? '');
    rmSync(copy);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ done: 1 }, { done: 1 }]);
    expect(readFileSync(copy, 'utf8')).toMatch(/^copy of /);
    expect(engine.engine.requests).toHaveLength(1);
  });

  test('of a photo whose noise has been deleted makes it again', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(1);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    rmSync(join(data, catalog.protections.find(1)?.noiseFile ?? ''));
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(engine.engine.requests).toHaveLength(2);
  });

  test('of a photo whose file has changed protects the new content', async () => {
    const { catalog, queue, albumId, photos } = await albumOf(1);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    writePhoto(join(photos, '0.jpg'), 'edited');
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(catalog.protections.history(1)).toHaveLength(2);
    expect(statuses(catalog, albumId)).toEqual(['protected']);
  });
});

describe('what goes wrong with one photo', () => {
  test('is kept as a sentence, the rest goes on, and retry does only that one', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(3);
    engine.engine.before = (request) => {
      if (basename(request.source) === '1.jpg') {
        throw new UserError('corrupt', '“1.jpg” is damaged.', 'Copy it again.', { file: request.source });
      }
    };
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['protected', 'failed', 'protected']);
    expect(queue.failures(jobId)).toMatchObject([{ code: 'corrupt', problem: '“1.jpg” is damaged.' }]);
    expect(queue.list()).toMatchObject([{ state: 'done', done: 2, failed: 1 }]);

    engine.engine.before = () => undefined;
    queue.retry(jobId);
    await queue.idle();
    expect(engine.engine.finished.toSorted()).toEqual(['0.jpg', '1.jpg', '2.jpg']);
    expect(queue.list()).toMatchObject([{ state: 'done', done: 3, failed: 0 }]);
    expect(queue.failures(jobId)).toEqual([]);
  });

  test('a photo that has gone is told so and shown as missing', async () => {
    const { catalog, queue, albumId, photos } = await albumOf(2);
    rmSync(join(photos, '0.jpg'));
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.failures(jobId)).toMatchObject([{ code: 'vanished', file: join(photos, '0.jpg') }]);
    expect(statuses(catalog, albumId)).toEqual(['missing', 'protected']);
  });

  test('a photo that is written meanwhile is not recorded as protected', async () => {
    const { catalog, queue, engine, albumId, photos } = await albumOf(1);
    engine.engine.before = () => void writePhoto(join(photos, '0.jpg'), 'another');
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.failures(jobId)[0]?.problem).toBe('“0.jpg” was changed while it was being protected.');
    expect(catalog.protections.history(1)).toEqual([]);
  });

  test('an engine that dies once is started again and the photo is done', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(2);
    let deaths = 0;
    engine.engine.before = async (request) => {
      if (basename(request.source) !== '0.jpg' || deaths > 0) return;
      deaths++;
      engine.memory.kill();
      await new Promise(() => undefined);
    };
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    // The dead host's line stays busy for ever; its successor has one of its own.
    await expect.poll(() => deaths).toBe(1);
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected']);
    expect(queue.failures(jobId)).toEqual([]);
    expect(engine.memory.starts()).toBe(2);
  });

  test('an engine that dies twice over a photo leaves it out, with a sentence', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(2);
    engine.engine.before = async (request) => {
      if (basename(request.source) !== '0.jpg') return;
      engine.memory.kill();
      await new Promise(() => undefined);
    };
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['failed', 'protected']);
    expect(queue.failures(jobId)[0]?.problem).toBe('The engine stopped 2 times while it protected “0.jpg”.');
  });

  test('a photo under way beside one that the engine dies over is not blamed: each is tried again alone', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(5);
    const begun: { name: string; underWay: number }[] = [];
    let previewed: Promise<unknown> | undefined;
    engine.engine.before = async (request) => {
      const name = basename(request.source);
      const underWay = statuses(catalog, albumId).filter((status) => status === 'protecting').length;
      const attempt = begun.push({ name, underWay });
      // It dies over the first two together, then over the first of them alone.
      if (attempt === 2 || attempt === 3) engine.memory.kill();
      if (attempt <= 3) await new Promise(() => undefined);
      // What is tried alone is not joined by a preview either.
      if (attempt !== 4) return;
      const preview = { ...PREVIEW, noisePath: join(data, 'noise.png'), copyStem: join(data, 'preview') };
      previewed = engine.room.protect(preview, { urgent: true });
      for (let n = 0; n < 20; n++) await setImmediate();
      expect(begun).toHaveLength(4);
    };
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    await previewed;
    expect(statuses(catalog, albumId)).toEqual(['failed', 'protected', 'protected', 'protected', 'protected']);
    expect(queue.failures(jobId)[0]?.problem).toBe('The engine stopped 2 times while it protected “0.jpg”.');
    expect(begun.slice(2, 4)).toEqual([
      { name: '0.jpg', underWay: 1 },
      { name: '1.jpg', underWay: 1 },
    ]);
    const others = [...begun.slice(0, 2), ...begun.slice(4, 6)].filter(({ name }) => name !== PREVIEW.source);
    expect(others.length).toBeGreaterThanOrEqual(3);
    expect(new Set(others.map(({ underWay }) => underWay))).toEqual(new Set([2]));
  });
});

describe('what goes wrong with every photo', () => {
  test('a full disk pauses the job with one notice that names the disk; resume goes on', async () => {
    const { catalog, queue, engine, log, albumId, data } = await albumOf(4);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = async (request, hooks) => {
      await held.before(request, hooks);
      throw new UserError('disk-full', 'No room.', 'Free some.', { file: request.noisePath ?? '' });
    };
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    held.open('1.jpg');
    await expect.poll(() => queue.list()[0]?.state).toBe('paused');
    held.open('0.jpg');
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'paused', done: 0, failed: 0 }]);
    expect(log.all('app.notice')).toHaveLength(1);
    expect(log.last('app.notice')?.sentence).toContain(data);
    expect(statuses(catalog, albumId)).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);

    engine.engine.before = () => undefined;
    queue.resume(jobId);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'done', done: 4 }]);
  });

  test('a full disk is told again when the job goes on and meets it again', async () => {
    const { queue, engine, log, albumId } = await albumOf(2);
    engine.engine.before = (request) => {
      throw new UserError('disk-full', 'No room.', 'Free some.', { file: request.noisePath ?? '' });
    };
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    queue.resume(jobId);
    await queue.idle();
    expect(log.all('app.notice')).toHaveLength(2);
  });

  test('a catalog that cannot be written: the queue waits when all under way have ended, and goes on later', async () => {
    const { catalog, queue, engine, log, isBusy, albumId } = await albumOf(3);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = held.before;
    queue.protectAlbum(albumId, 8, null);
    await held.reached;
    const makeRoom = fillDisk(catalog);
    held.open('0.jpg');
    await expect.poll(() => engine.engine.finished).toEqual(['0.jpg']);
    for (let n = 0; n < 20; n++) await setImmediate();
    expect([isBusy(), log.all('app.notice').length]).toEqual([true, 0]);
    held.open('1.jpg');
    await queue.idle();
    expect(isBusy()).toBe(false);
    expect(log.all('app.notice').map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /^The queue waits\. The disk that holds the catalog is full\..* The queue goes on by itself\.$/,
      ),
    ]);
    expect(queue.list()).toMatchObject([{ state: 'running', done: 0, failed: 0, underWay: [] }]);

    makeRoom();
    queue.holdChanged();
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected', 'protected']);
    expect(queue.list()).toMatchObject([{ state: 'done', done: 3, failed: 0 }]);
  });

  test('a generator that cannot be loaded pauses the job', async () => {
    const { queue, engine, log, albumId } = await albumOf(2);
    // The import has opened the engine: the next call finds a new, damaged one.
    engine.memory.kill();
    await setImmediate();
    const damaged = new UserError('generator', 'The generator is damaged.', 'Install Stillgrain again.');
    engine.openFailures.push(damaged, damaged);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'paused', done: 0, failed: 0 }]);
    expect(log.all('app.notice')).toHaveLength(1);
    expect(log.last('app.notice')?.sentence).toContain('The generator is damaged.');
  });
});

describe('the user', () => {
  test('pauses: the photos under way are finished, the next is not begun; resume goes on', async () => {
    const { queue, engine, albumId, isBusy } = await albumOf(4);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    expect(isBusy()).toBe(true);
    queue.pause(jobId);
    expect(queue.list()[0]?.state).toBe('paused');
    held.open();
    await queue.idle();
    expect(isBusy()).toBe(false);
    expect(engine.engine.finished.toSorted()).toEqual(['0.jpg', '1.jpg']);
    queue.resume(jobId);
    await queue.idle();
    expect(engine.engine.finished.toSorted()).toEqual(['0.jpg', '1.jpg', '2.jpg', '3.jpg']);
    expect(queue.list()[0]?.state).toBe('done');
  });

  test('cancels: what is finished stays, the photos under way are abandoned, the rest is not done', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(4);
    const held = gate('1.jpg', '2.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    queue.cancel(jobId);
    await queue.idle();
    expect(engine.engine.finished).toEqual(['0.jpg']);
    expect(statuses(catalog, albumId)).toEqual(['protected', 'new', 'new', 'new']);
    expect(queue.list()).toMatchObject([{ state: 'cancelled', total: 4, done: 1, failed: 0 }]);
    queue.clearFinished();
    expect(queue.list()).toEqual([]);
  });

  test('cancels one job: the next begins when the photos of the first have been put down', async () => {
    const { queue, engine, albumId } = await albumOf(3);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    queue.protectAlbum(albumId, 16, [3]);
    await held.reached;
    queue.cancel(jobId);
    await queue.idle();
    expect(engine.engine.finished).toEqual(['2.jpg']);
    expect(queue.list().map((job) => [job.state, job.done])).toEqual([
      ['cancelled', 0],
      ['done', 1],
    ]);
  });
});

describe('a restart', () => {
  /** The state that a kill leaves: rows as they were, and nobody at work. */
  test.each([
    ['before the job began', 'waiting', 'waiting'],
    ['while the job was chosen', 'running', 'waiting'],
    ['in the middle of two photos', 'running', 'running'],
  ] as const)('%s goes on by itself', async (_when, jobState, taskState) => {
    const { catalog, queue, engine, albumId } = await albumOf(2);
    const tasks = [1, 2].map((photoId) => ({ photoId, key: `key${photoId}` }));
    const jobId = catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, tasks, '2026-01-01');
    catalog.jobs.setState(jobId, jobState);
    if (taskState === 'running') for (const taskId of [1, 2]) catalog.jobs.startTask(taskId);
    catalog.albumPhotos.settleJob(jobId);
    queue.start();
    await queue.idle();
    expect(engine.engine.finished.toSorted()).toEqual(['0.jpg', '1.jpg']);
    expect(queue.list()).toMatchObject([{ state: 'done', done: 2 }]);
  });

  test('with finished and failed photos does neither again', async () => {
    const first = await albumOf(3);
    first.engine.engine.before = (request) => {
      if (basename(request.source) === '1.jpg') throw new UserError('corrupt', 'Damaged.', 'Copy it again.');
    };
    const { jobId } = first.queue.protectAlbum(first.albumId, 8, null);
    await first.queue.idle();
    await first.queue.stop();
    first.catalog.close();
    // As if the program had died over the third photo.
    const db = new Database(catalogFile(first.data));
    db.exec(`UPDATE tasks SET state = 'running', protection_id = NULL WHERE id = 3;
      UPDATE jobs SET state = 'running', finished_at = NULL;
      DELETE FROM copies WHERE protection_id = (SELECT id FROM protections WHERE photo_id = 3);
      UPDATE album_photos SET protection_id = NULL, state = 'protecting' WHERE photo_id = 3;
      DELETE FROM protections WHERE photo_id = 3;`);
    db.close();

    const second = reopenShop(first.data);
    await second.queue.idle();
    expect(second.engine.engine.finished).toEqual(['2.jpg']);
    expect(statuses(second.catalog, first.albumId)).toEqual(['protected', 'failed', 'protected']);
    expect(second.queue.failures(jobId)).toHaveLength(1);
  });

  test.each(['paused', 'cancelled', 'done'] as const)('leaves a job that is %s as it is', async (state) => {
    const { catalog, queue, engine, albumId } = await albumOf(1);
    const jobId = catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key: 'key' }], '2026-01-01');
    if (state === 'cancelled') catalog.jobs.startTask(1);
    catalog.jobs.setState(jobId, state);
    queue.start();
    await queue.idle();
    expect(engine.engine.requests).toEqual([]);
    expect(catalog.jobs.find(jobId)?.state).toBe(state);
    expect(catalog.jobs.findTask(1)?.state).toBe(state === 'cancelled' ? 'cancelled' : 'waiting');
  });

  test('in another process after stop() finishes the album, no finished photo done twice', async () => {
    const first = await albumOf(5);
    const held = gate('2.jpg', '3.jpg');
    first.engine.engine.before = held.before;
    first.queue.protectAlbum(first.albumId, 8, null);
    await held.reached;
    await first.queue.stop();
    expect(first.engine.engine.finished.toSorted()).toEqual(['0.jpg', '1.jpg']);
    expect(statuses(first.catalog, first.albumId)).toEqual(['protected', 'protected', 'waiting', 'waiting', 'waiting']);
    first.catalog.close();

    const second = reopenShop(first.data);
    await second.queue.idle();
    expect(second.engine.engine.finished.toSorted()).toEqual(['2.jpg', '3.jpg', '4.jpg']);
    expect(statuses(second.catalog, first.albumId)).toEqual(Array.from({ length: 5 }, () => 'protected'));
  });

  test('after a kill in the middle of two photos does both again', async () => {
    const first = await albumOf(4);
    const held = gate('1.jpg', '2.jpg');
    first.engine.engine.before = held.before;
    first.queue.protectAlbum(first.albumId, 8, null);
    await held.reached;
    await expect.poll(() => first.queue.list()[0]?.done).toBe(1);
    // What is on the disk now is what a kill would leave.
    const left = join(temporaryFolder(), 'data');
    cpSync(first.data, left, { recursive: true });

    const second = reopenShop(left);
    expect([1, 2, 3, 4].map((taskId) => second.catalog.jobs.findTask(taskId)?.crashes)).toEqual([0, 0, 0, 0]);
    await second.queue.idle();
    expect(second.engine.engine.finished.toSorted()).toEqual(['1.jpg', '2.jpg', '3.jpg']);
    expect(statuses(second.catalog, first.albumId)).toEqual(Array.from({ length: 4 }, () => 'protected'));
    expect(second.queue.list()).toMatchObject([{ state: 'done', done: 4, failed: 0 }]);
  });
});

describe('what ends before its job does', () => {
  test('a cancelled photo stays cancelled though the program ends before it has', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(1);
    // A rendering that does not hear of it until it has ended.
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const reached = new Promise<void>((resolve) => {
      engine.engine.before = async () => {
        resolve();
        await ended;
      };
    });
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await reached;
    queue.cancel(jobId);
    const stopped = queue.stop();
    for (let n = 0; n < 20; n++) await setImmediate();
    end();
    await stopped;
    expect(statuses(catalog, albumId)).toEqual(['new']);
    catalog.close();

    const next = reopenShop(data);
    await next.queue.idle();
    expect(statuses(next.catalog, albumId)).toEqual(['new']);
    next.queue.protectAlbum(albumId, 8, null);
    await next.queue.idle();
    expect(statuses(next.catalog, albumId)).toEqual(['protected']);
  });

  test('a photo that an earlier version left waiting for a cancelled job is let go at start', async () => {
    const { catalog, albumId, data } = await albumOf(1);
    const jobId = catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key: 'k' }], '2026-01-01');
    catalog.jobs.setState(jobId, 'cancelled', '2026-01-01');
    catalog.albumPhotos.settleJob(jobId);
    expect(statuses(catalog, albumId)).toEqual(['waiting']);
    catalog.close();
    const next = reopenShop(data);
    await next.queue.idle();
    expect(statuses(next.catalog, albumId)).toEqual(['new']);
  });

  test('photos that have left the album are not begun, and the job ends without them', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(4);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    queue.removePhotos(albumId, [3, 4]);
    expect(statuses(catalog, albumId)).toHaveLength(2);
    expect(queue.list()).toMatchObject([{ jobId, total: 2, done: 0, failed: 0 }]);
    held.open();
    await queue.idle();
    expect(engine.engine.finished.toSorted()).toEqual(['0.jpg', '1.jpg']);
    expect(queue.list()).toMatchObject([{ state: 'done', total: 2, done: 2, failed: 0 }]);
    expect(catalog.jobs.counts(jobId).left).toBe(0);
    // Back in the album, they wait for nothing.
    catalog.albumPhotos.put(albumId, 3, '2026-01-01');
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected', 'new']);
  });

  test('photos that come back to the album wait again, in the job that they were in', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(5);
    const held = gate('0.jpg', '1.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    queue.removePhotos(albumId, [3, 4, 5]);
    // One that is not in the catalog brings none back.
    expect(() => queue.addPhotos(albumId, [3, 77])).toThrow(UserError);
    expect(statuses(catalog, albumId)).toHaveLength(2);
    queue.addPhotos(albumId, [3, 4]);
    expect(statuses(catalog, albumId)).toEqual(['protecting', 'protecting', 'waiting', 'waiting']);
    expect(queue.list()).toMatchObject([{ jobId, total: 4 }]);
    held.open();
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected', 'protected', 'protected']);
    expect(queue.list()).toMatchObject([{ state: 'done', total: 4, done: 4 }]);
    // Its job is over.
    queue.addPhotos(albumId, [5]);
    await queue.idle();
    expect(statuses(catalog, albumId).at(-1)).toBe('new');
    expect(queue.list()).toMatchObject([{ state: 'done', total: 4, done: 4 }]);
  });

  test('photos that come back take up only what their removal has cancelled', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(3);
    const held = gate('1.jpg');
    engine.engine.before = (request, hooks) => {
      if (basename(request.source) !== '0.jpg') return held.before(request, hooks);
      throw new UserError('corrupt', 'It is damaged.', 'Leave it out.');
    };
    const { jobId } = queue.protectAlbum(albumId, 8, [1, 2]);
    await held.reached;
    await expect.poll(() => queue.list()[0]?.failed).toBe(1);
    queue.cancel(jobId);
    await queue.idle();
    const again = gate('0.jpg');
    engine.engine.before = again.before;
    queue.retry(jobId);
    await again.reached;
    // The user has cancelled this photo; that it left the album and came back changes nothing.
    queue.removePhotos(albumId, [2]);
    queue.addPhotos(albumId, [2]);
    again.open();
    await queue.idle();
    expect(catalog.jobs.counts(jobId)).toMatchObject({ done: 1, left: 0 });
    expect(statuses(catalog, albumId)).toEqual(['protected', 'new', 'new']);
  });

  test('a job is not retried in an album that was removed, nor for photos that have left', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(2);
    engine.engine.before = () => Promise.reject(new UserError('corrupt', 'It is damaged.', 'Leave it out.'));
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ failed: 2 }]);
    engine.engine.before = () => undefined;
    catalog.albumPhotos.remove(albumId, 2, '2026-01-01');
    queue.retry(jobId);
    await queue.idle();
    expect(engine.engine.finished).toEqual(['0.jpg']);
    catalog.albums.setRemoved(albumId, '2026-01-01');
    expect(() => queue.retry(jobId)).toThrow(UserError);
  });

  test('a catalog that cannot be written is not the photo’s fault', async () => {
    const { catalog, queue, albumId } = await albumOf(1);
    const insert = vi.spyOn(catalog.protections, 'insert').mockImplementation(() => {
      throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
    });
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'running', done: 0, failed: 0 }]);
    insert.mockRestore();
    queue.holdChanged();
    await queue.idle();
    expect(statuses(catalog, albumId)).toEqual(['protected']);
    expect(queue.list()).toMatchObject([{ state: 'done', done: 1, failed: 0 }]);
  });

  test('the program can end while the engine is still being chosen', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(1);
    const describe = vi.spyOn(engine.room, 'describe').mockReturnValue(new Promise(() => undefined));
    queue.protectAlbum(albumId, 8, null);
    await expect.poll(() => describe.mock.calls.length).toBe(1);
    await queue.stop();
    catalog.close();
    const next = reopenShop(data);
    await next.queue.idle();
    expect(statuses(next.catalog, albumId)).toEqual(['protected']);
  });
});
