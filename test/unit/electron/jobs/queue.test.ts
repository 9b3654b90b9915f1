import Database from 'better-sqlite3';
import { readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCatalog, type Catalog } from '../../../../electron/catalog/index.ts';
import { catalogFile } from '../../../../electron/catalog/open.ts';
import type { Hold } from '../../../../electron/ipc/contract.ts';
import { JobQueue } from '../../../../electron/jobs/queue.ts';
import { albumMaker } from '../../../../electron/library/albumMaker.ts';
import { Freshness } from '../../../../electron/library/freshness.ts';
import { Importer } from '../../../../electron/library/importer.ts';
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

function statuses(catalog: Catalog, albumId: number): string[] {
  return catalog.albumPhotos.list(albumId).map((photo) => photo.status);
}

/** Lets the engine stop at one photo until the test goes on, or the photo is abandoned. */
function gate(name: string): { before: Before; reached: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  let reach = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return {
    before: async (request, { signal }) => {
      if (basename(request.source) !== name) return;
      reach();
      await Promise.race([opened, new Promise((resolve) => signal?.addEventListener('abort', resolve))]);
    },
    reached,
    open: () => open(),
  };
}

describe('a job', () => {
  test('is rows before any work, then every photo is protected in order', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(3);
    const job = queue.protectAlbum(albumId, 8, null);
    expect(job).toMatchObject({ total: 3, done: 0, failed: 0, albumName: 'Sea' });
    expect(engine.engine.requests).toEqual([]);
    expect(statuses(catalog, albumId).filter((status) => status === 'waiting').length).toBeGreaterThanOrEqual(2);
    await queue.idle();

    expect(engine.engine.finished).toEqual(['0.jpg', '1.jpg', '2.jpg']);
    expect(statuses(catalog, albumId)).toEqual(['protected', 'protected', 'protected']);
    expect(queue.list()).toMatchObject([{ state: 'done', done: 3, failed: 0, current: null, secondsLeft: null }]);
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
    const held = gate('0.jpg');
    engine.engine.before = held.before;
    queue.protectAlbum(albumId, 8, null);
    await held.reached;
    expect(queue.list()).toMatchObject([{ state: 'running', waitsFor: null }]);
    machine.hold = 'power';
    held.open();
    await queue.idle();
    // The photo under way was finished, no other begun, and the machine may fall asleep.
    expect(statuses(catalog, albumId)).toEqual(['protected', 'waiting', 'waiting']);
    expect(queue.list()).toMatchObject([{ state: 'running', done: 1, current: null, waitsFor: 'power' }]);
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
    const { queue, engine, log, albumId } = await albumOf(40);
    const held = gate('20.jpg');
    engine.engine.before = held.before;
    const started = performance.now();
    queue.protectAlbum(albumId, 8, null);
    await held.reached;
    await expect.poll(() => queue.list()[0]?.current?.fraction).toBe(0.5);
    expect(queue.list()[0]).toMatchObject({ done: 20, total: 40, current: { name: '20.jpg', stage: 'noise' } });
    expect(queue.list()[0]?.secondsLeft).toBeGreaterThan(0);
    held.open();
    await queue.idle();
    const tenths = (performance.now() - started) / 100;
    expect(log.all('jobs.changed').length).toBeLessThanOrEqual(tenths + 2);
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
    expect(queue.list().map((job) => job.state)).toEqual(['running', 'waiting']);
    held.open();
    await queue.idle();
    expect(engine.engine.requests.map((request) => request.settings.rhoU)).toEqual([8, 8, 16, 16]);
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

  test('with another strength makes a new protection and keeps the old one', async () => {
    const { catalog, queue, albumId } = await albumOf(1);
    queue.protectAlbum(albumId, 8, null);
    queue.protectAlbum(albumId, 16, null);
    await queue.idle();
    expect(catalog.protections.history(1).map((protection) => protection.rhoU)).toEqual([16, 8]);
    expect(catalog.albumPhotos.list(albumId)[0]?.protectionId).toBe(2);
  });

  test('of a photo whose copy has been deleted makes it again', async () => {
    const { catalog, queue, engine, albumId, data } = await albumOf(1);
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    rmSync(join(data, catalog.protections.libraryCopy(1)?.file ?? ''));
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
    expect(engine.engine.finished).toEqual(['0.jpg', '2.jpg', '1.jpg']);
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
});

describe('what goes wrong with every photo', () => {
  test('a full disk pauses the job with one notice that names the disk; resume goes on', async () => {
    const { catalog, queue, engine, log, albumId, data } = await albumOf(4);
    engine.engine.before = (request) => {
      if (basename(request.source) === '1.jpg') {
        throw new UserError('disk-full', 'No room.', 'Free some.', { file: request.noisePath ?? '' });
      }
    };
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'paused', done: 1, failed: 0 }]);
    expect(log.all('app.notice')).toHaveLength(1);
    expect(log.last('app.notice')?.sentence).toContain(data);
    expect(statuses(catalog, albumId)).toEqual(['protected', 'waiting', 'waiting', 'waiting']);

    engine.engine.before = () => undefined;
    queue.resume(jobId);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'done', done: 4 }]);
  });

  test('a generator that cannot be loaded pauses the job', async () => {
    const { queue, engine, log, albumId } = await albumOf(2);
    // The import has opened the engine: the next call finds a new, damaged one.
    engine.memory.kill();
    await setImmediate();
    engine.openFailures.push(new UserError('generator', 'The generator is damaged.', 'Install Stillgrain again.'));
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    expect(queue.list()).toMatchObject([{ state: 'paused', done: 0, failed: 0 }]);
    expect(log.last('app.notice')?.sentence).toContain('The generator is damaged.');
  });
});

describe('the user', () => {
  test('pauses: the photo under way is finished, the next is not begun; resume goes on', async () => {
    const { queue, engine, albumId, isBusy } = await albumOf(3);
    const held = gate('0.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    expect(isBusy()).toBe(true);
    queue.pause(jobId);
    expect(queue.list()[0]?.state).toBe('paused');
    held.open();
    await queue.idle();
    expect(isBusy()).toBe(false);
    expect(engine.engine.finished).toEqual(['0.jpg']);
    queue.resume(jobId);
    await queue.idle();
    expect(engine.engine.finished).toEqual(['0.jpg', '1.jpg', '2.jpg']);
    expect(queue.list()[0]?.state).toBe('done');
  });

  test('cancels: what is finished stays, the rest is not done', async () => {
    const { catalog, queue, engine, albumId } = await albumOf(3);
    const held = gate('1.jpg');
    engine.engine.before = held.before;
    const { jobId } = queue.protectAlbum(albumId, 8, null);
    await held.reached;
    queue.cancel(jobId);
    await queue.idle();
    expect(engine.engine.finished).toEqual(['0.jpg']);
    expect(statuses(catalog, albumId)).toEqual(['protected', 'new', 'new']);
    expect(queue.list()).toMatchObject([{ state: 'cancelled', done: 1, failed: 0 }]);
    queue.clearFinished();
    expect(queue.list()).toEqual([]);
  });
});

describe('a restart', () => {
  /** The state that a kill leaves: rows as they were, and nobody at work. */
  test.each([
    ['before the job began', 'waiting', 'waiting'],
    ['while the job was chosen', 'running', 'waiting'],
    ['in the middle of a photo', 'running', 'running'],
  ] as const)('%s goes on by itself', async (_when, jobState, taskState) => {
    const { catalog, queue, engine, albumId } = await albumOf(2);
    const tasks = [1, 2].map((photoId) => ({ photoId, key: `key${photoId}` }));
    const jobId = catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, tasks, '2026-01-01');
    catalog.jobs.setState(jobId, jobState);
    if (taskState === 'running') catalog.jobs.startTask(1);
    catalog.albumPhotos.settleJob(jobId);
    queue.start();
    await queue.idle();
    expect(engine.engine.finished).toEqual(['0.jpg', '1.jpg']);
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
      UPDATE jobs SET state = 'running', finished_at = NULL; DELETE FROM copies WHERE protection_id = 2;
      UPDATE album_photos SET protection_id = NULL, state = 'protecting' WHERE photo_id = 3;
      DELETE FROM protections WHERE id = 2;`);
    db.close();

    const second = openShop(first.data);
    onTestFinished(async () => {
      await second.queue.stop();
      second.catalog.close();
    });
    second.queue.start();
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
    const held = gate('2.jpg');
    first.engine.engine.before = held.before;
    first.queue.protectAlbum(first.albumId, 8, null);
    await held.reached;
    await first.queue.stop();
    expect(first.engine.engine.finished).toEqual(['0.jpg', '1.jpg']);
    first.catalog.close();

    const second = openShop(first.data);
    onTestFinished(async () => {
      await second.queue.stop();
      second.catalog.close();
    });
    second.queue.start();
    await second.queue.idle();
    expect(second.engine.engine.finished).toEqual(['2.jpg', '3.jpg', '4.jpg']);
    expect(statuses(second.catalog, first.albumId)).toEqual(Array.from({ length: 5 }, () => 'protected'));
  });
});
