import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PhotoPlace } from '../../../../electron/ipc/contract.ts';
import { Catalog } from '../../../../electron/catalog/index.ts';
import { migrate } from '../../../../electron/catalog/migrate.ts';
import { migrations } from '../../../../electron/catalog/migrations/index.ts';
import type { NewCopy, NewProtection } from '../../../../electron/catalog/index.ts';
import type { PhotoFacts, ProtectionTestRow } from '../../../../electron/catalog/index.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const hash = (n: number): string => n.toString(16).padStart(64, '0');

function openTestCatalog(): { db: Database.Database; catalog: Catalog } {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, migrations, () => undefined);
  onTestFinished(() => void db.close());
  return { db, catalog: new Catalog(db, '') };
}

function facts(n: number, orientation = 1): PhotoFacts {
  return {
    sha256: hash(n),
    name: `${n}.jpg`,
    mtimeMs: 1000.5,
    info: {
      path: `/photos/${n}.jpg`,
      format: 'jpeg',
      width: 300,
      height: 200,
      orientation,
      bitDepth: 8,
      colour: 'rgb',
      hasAlpha: false,
      hasProfile: true,
      bytes: 12_345,
      takenAt: null,
    },
  };
}

function protectionOf(albumId: number, photoId: number, content: number, key: string): NewProtection {
  return {
    key,
    albumId,
    photoId,
    sourceSha256: hash(content),
    rhoU: 8,
    targetClass: 5,
    seed: 4_294_967_295,
    steps: 20,
    views: 4,
    alphaU: 0.8,
    rhoR: 4,
    momentum: 0.8,
    noiseVersion: 1,
    generator: 'g',
    generatorSha256: hash(99),
    runtime: 'onnx/cpu',
    lossBefore: 4,
    lossAfter: 0.1,
    secondsDecode: 0.1,
    secondsNoise: 0.5,
    noiseFile: `noise/${key}.png`,
    noiseSha256: hash(98),
    noiseBytes: 100,
    noiseWidth: 64,
    noiseHeight: 48,
  };
}

function copyOf(protectionId: number, exportId: number | null): NewCopy {
  return {
    protectionId,
    file: `copies/${protectionId}.jpg`,
    format: 'jpeg',
    width: 300,
    height: 200,
    bytes: 1000,
    lossless: 0,
    maxAbs: 8,
    psnr: null,
    ssim: 0.9,
    secondsDecode: 0.1,
    secondsRender: 0.2,
    secondsEncode: 0.3,
    exportId,
  };
}

/** An album with photos 1 to `count`, ids alike. */
function albumOf(catalog: Catalog, count: number): number {
  const albumId = catalog.albums.insert('Sea', 5, null, NOW);
  for (let n = 1; n <= count; n++) catalog.albumPhotos.put(albumId, catalog.photos.insert(facts(n), NOW), NOW);
  return albumId;
}

function statuses(catalog: Catalog, albumId: number): string[] {
  return catalog.albumPhotos.list(albumId).map((photo) => photo.status);
}

describe('photos', () => {
  test('are found by content and by path, and keep what reading told', () => {
    const { catalog } = openTestCatalog();
    const photoId = catalog.photos.insert(facts(1), NOW);
    const row = catalog.photos.findByContent(hash(1));
    expect(row).toEqual(catalog.photos.findByPath('/photos/1.jpg'));
    expect(row).toMatchObject({ photoId, bytes: 12_345, mtimeMs: 1000.5, hasProfile: 1, missingSince: null });
    expect(() => catalog.photos.insert(facts(1), NOW)).toThrow(/UNIQUE/);
  });

  test('are listed upright, with their album state, missing ones as missing', () => {
    const { catalog } = openTestCatalog();
    const albumId = catalog.albums.insert('Sea', 1, null, NOW);
    catalog.albumPhotos.put(albumId, catalog.photos.insert(facts(1, 6), NOW), NOW);
    expect(catalog.albumPhotos.list(albumId)).toEqual([
      {
        photoId: 1,
        name: '1.jpg',
        width: 200,
        height: 300,
        version: '000000000000',
        status: 'new',
        protectionId: null,
      },
    ]);
    catalog.photos.setMissing(1, NOW);
    expect(statuses(catalog, albumId)).toEqual(['missing']);
  });
});

describe('pages of an album', () => {
  function albumOf(count: number): { catalog: Catalog; albumId: number } {
    const { catalog } = openTestCatalog();
    const albumId = catalog.albums.insert('Sea', 1, null, NOW);
    for (let n = 1; n <= count; n++) catalog.albumPhotos.put(albumId, catalog.photos.insert(facts(n), NOW), NOW);
    return { catalog, albumId };
  }

  function pages(catalog: Catalog, albumId: number, limit: number): number[][] {
    const read: number[][] = [];
    let after: PhotoPlace | null = null;
    do {
      const { photos, next } = catalog.albumPhotos.page(albumId, after, limit);
      read.push(photos.map((photo) => photo.photoId));
      after = next;
    } while (after !== null);
    return read;
  }

  test('are together what the list is, whatever their size', () => {
    const { catalog, albumId } = albumOf(7);
    catalog.albumPhotos.remove(albumId, 3, NOW);
    expect(pages(catalog, albumId, 2)).toEqual([[1, 2], [4, 5], [6, 7], []]);
    expect(pages(catalog, albumId, 4)).toEqual([
      [1, 2, 4, 5],
      [6, 7],
    ]);
    expect(catalog.albumPhotos.page(albumId, null, 100)).toEqual({
      photos: catalog.albumPhotos.list(albumId),
      next: null,
    });
    expect(pages(catalog, 99, 5)).toEqual([[]]);
  });

  test('miss no photo that stands where another stood', () => {
    const { catalog, albumId } = albumOf(4);
    const copy = catalog.photos.insert(facts(9), NOW);
    catalog.albumPhotos.exchange(2, copy, NOW);
    catalog.albumPhotos.put(albumId, 2, NOW);
    expect(pages(catalog, albumId, 2)).toEqual([[1, 2], [copy, 3], [4]]);
  });

  test('go on after one whose place has been left meanwhile', () => {
    const { catalog, albumId } = albumOf(5);
    const { next } = catalog.albumPhotos.page(albumId, null, 2);
    catalog.albumPhotos.remove(albumId, 2, NOW);
    expect(catalog.albumPhotos.page(albumId, next, 10).photos.map((photo) => photo.photoId)).toEqual([3, 4, 5]);
  });

  test('are found by their place in the index, without sorting', () => {
    const asked: string[] = [];
    const db = new Database(':memory:', { verbose: (sql) => asked.push(String(sql)) });
    onTestFinished(() => void db.close());
    migrate(db, migrations, () => undefined);
    new Catalog(db, '').albumPhotos.page(1, { position: 7, photoId: 7 }, 10);
    const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${asked.at(-1) ?? ''}`).all();
    expect(plan[0]?.detail).toContain('album_photos_order (album_id=? AND (position,photo_id)>(?,?))');
    expect(plan.some(({ detail }) => detail.includes('TEMP B-TREE'))).toBe(false);
  });
});

describe('albums', () => {
  test('that are removed go out of sight, but their target class is remembered', () => {
    const { catalog } = openTestCatalog();
    const first = catalog.albums.insert('A', 0, '/a', NOW);
    catalog.albums.insert('B', 1, null, NOW);
    catalog.albums.setRemoved(first, NOW);
    expect(catalog.albums.summaries().map((album) => album.name)).toEqual(['B']);
    expect(catalog.albums.findByFolder('/a')).toBeUndefined();
    expect(catalog.albums.usedTargetClasses()).toEqual([0, 1]);
    expect(() => catalog.albums.present(first)).toThrow(/has been removed/);
    catalog.albums.setRemoved(first, null);
    expect(catalog.albums.summary(first).targetClass).toBe(0);
  });

  test('give a photo that comes back its old place', () => {
    const { catalog } = openTestCatalog();
    const albumId = albumOf(catalog, 3);
    catalog.albumPhotos.remove(albumId, 1, NOW);
    expect(catalog.albumPhotos.ids(albumId)).toEqual([2, 3]);
    expect(catalog.albums.summary(albumId)).toMatchObject({ photos: 2, coverPhotoId: 2 });
    catalog.albumPhotos.put(albumId, 1, NOW);
    expect(catalog.albumPhotos.ids(albumId)).toEqual([1, 2, 3]);
  });
});

describe('where a photo stands follows from its tasks and protections', () => {
  test('through waiting, protecting, protected, stale, failed, cancelled', () => {
    const { catalog } = openTestCatalog();
    const albumId = albumOf(catalog, 1);
    const { jobs, albumPhotos, protections, photos } = catalog;
    const jobId = jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key: 'k1' }], NOW);
    albumPhotos.settleJob(jobId);
    expect(statuses(catalog, albumId)).toEqual(['waiting']);

    jobs.startTask(1);
    albumPhotos.settle(albumId, 1);
    expect(statuses(catalog, albumId)).toEqual(['protecting']);

    const protectionId = protections.insert(protectionOf(albumId, 1, 1, 'k1'), NOW);
    jobs.finishTask(1, protectionId, 1.5);
    albumPhotos.setProtection(albumId, 1, protectionId);
    albumPhotos.settle(albumId, 1);
    expect(statuses(catalog, albumId)).toEqual(['protected']);
    expect(catalog.albums.summary(albumId)).toMatchObject({ protected: 1, failed: 0 });

    photos.replaceContent(1, { ...facts(1), sha256: hash(77) });
    albumPhotos.settlePhoto(1);
    expect(statuses(catalog, albumId)).toEqual(['stale']);

    const second = jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key: 'k2' }], NOW);
    jobs.startTask(2);
    jobs.failTask(2, { code: 'corrupt', problem: 'P.', remedy: 'R.', file: null });
    albumPhotos.settle(albumId, 1);
    expect(statuses(catalog, albumId)).toEqual(['failed']);
    expect(jobs.failures(second)).toEqual([{ code: 'corrupt', problem: 'P.', remedy: 'R.', file: null }]);

    expect(jobs.retryFailed(second)).toBe(1);
    jobs.cancelWaiting(second);
    albumPhotos.settleJob(second);
    expect(statuses(catalog, albumId)).toEqual(['stale']);
  });

  test('a task that ended does not end again', () => {
    const { catalog } = openTestCatalog();
    const albumId = albumOf(catalog, 1);
    catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key: 'k' }], NOW);
    catalog.jobs.failTask(1, { code: 'corrupt', problem: 'P.', remedy: 'R.', file: null });
    expect(catalog.jobs.findTask(1)?.state).toBe('waiting');
    catalog.jobs.startTask(1);
    catalog.jobs.cancelTask(1);
    catalog.jobs.returnTask(1);
    expect(catalog.jobs.findTask(1)?.state).toBe('cancelled');
  });

  test('recovery lets interrupted tasks wait again, but not those of a cancelled job', () => {
    const { catalog } = openTestCatalog();
    const albumId = albumOf(catalog, 2);
    const goesOn = catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key: 'a' }], NOW);
    const cancelled = catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 2, key: 'b' }], NOW);
    catalog.jobs.setState(goesOn, 'running');
    catalog.jobs.startTask(1);
    catalog.jobs.startTask(2);
    catalog.jobs.setState(cancelled, 'cancelled');
    expect(catalog.jobs.recover()).toEqual([goesOn, cancelled]);
    expect(catalog.jobs.findTask(1)?.state).toBe('waiting');
    expect(catalog.jobs.findTask(2)?.state).toBe('cancelled');
    expect(catalog.jobs.find(goesOn)?.state).toBe('waiting');
    expect(catalog.jobs.next()?.jobId).toBe(goesOn);
  });
});

describe('a photo’s history', () => {
  test('has every protection, newest first, with the figures of the library’s copy', () => {
    const { catalog } = openTestCatalog();
    const albumId = albumOf(catalog, 1);
    for (const key of ['one', 'two']) {
      const id = catalog.protections.insert(protectionOf(albumId, 1, 1, key), NOW);
      catalog.protections.insertCopy(copyOf(id, null), NOW);
    }
    const preset = {
      format: 'jpeg',
      quality: 90,
      longEdge: null,
      colour: 'srgb',
      exif: 'strip',
      naming: '{name}',
      conflict: 'unique',
    } as const;
    const exportId = catalog.exports.insert(albumId, '/out', preset, 1, NOW);
    catalog.protections.insertCopy({ ...copyOf(2, exportId), bytes: 7 }, NOW);

    const history = catalog.protections.history(1);
    expect(history.map((protection) => protection.protectionId)).toEqual([2, 1]);
    expect(history[0]).toMatchObject({ albumName: 'Sea', seed: 4_294_967_295, psnr: null, copyBytes: 1000 });
    expect(history[0]?.seconds).toBeCloseTo(1.1);
    expect(catalog.protections.exportCopies(exportId).map((copy) => copy.bytes)).toEqual([7]);
    expect(catalog.protections.exportedBytes(copyOf(2, exportId).file)).toBe(7);
    catalog.protections.insertCopy({ ...copyOf(2, exportId), bytes: 9 }, NOW);
    expect(catalog.protections.exportedBytes(copyOf(2, exportId).file)).toBe(9);
    expect(catalog.protections.exportedBytes(copyOf(1, null).file), 'the library’s own').toBeNull();
  });
});

describe('tests of an album’s protection', () => {
  const point = { epoch: 1, recognized: 0.5, accuracy: 0.75 };
  const found: ProtectionTestRow = {
    newestProtectionId: 1,
    noise: { strengths: [4, 8], generators: [{ name: 'g', sha256: hash(99) }], noiseVersions: [2] },
    result: {
      albums: ['Sea', 'Sky'].map((name) => ({ name, training: 8, heldOut: 2, copies: 8 })),
      seed: 7,
      inputSize: 64,
      epochs: 2,
      originals: [point, { epoch: 2, recognized: 1, accuracy: 1 }],
      copies: [point, { epoch: 2, recognized: 0, accuracy: 0.25 }],
      skipped: 1,
      runtime: 'onnx/cpu',
      seconds: 61.5,
    },
    finishedAt: NOW,
  };

  test('are kept whole, each album’s newest is its last, and they go with their album', () => {
    const { db, catalog } = openTestCatalog();
    const { protectionTests } = catalog;
    const albumId = albumOf(catalog, 1);
    catalog.protections.insert(protectionOf(albumId, 1, 1, 'k1'), NOW);
    const other = catalog.albums.insert('Sky', 1, null, NOW);
    expect(protectionTests.last(albumId)).toBeUndefined();
    protectionTests.insert(albumId, { ...found, finishedAt: '2026-11-21T12:00:00.000Z' });
    protectionTests.insert(albumId, found);
    protectionTests.insert(other, { ...found, noise: { ...found.noise, strengths: [16] } });
    expect(protectionTests.last(albumId)).toEqual(found);
    expect(protectionTests.last(other)?.noise.strengths).toEqual([16]);

    db.prepare('DELETE FROM albums WHERE id = ?').run(other);
    expect(protectionTests.last(other)).toBeUndefined();
    expect(protectionTests.last(albumId)).toEqual(found);
    expect(() => protectionTests.insert(other, found)).toThrow(/FOREIGN KEY/);
  });

  test('begin from photos in the order of their contents, and from the newest protection', () => {
    const { catalog } = openTestCatalog();
    const albumId = albumOf(catalog, 3);
    catalog.photos.replaceContent(1, { ...facts(1), sha256: hash(50) });
    catalog.albumPhotos.remove(albumId, 3, NOW);
    expect(catalog.albumPhotos.idsByContent(albumId)).toEqual([2, 1]);
    expect(catalog.albumPhotos.newestProtection(albumId)).toBeNull();
    for (const [photoId, key] of [
      [2, 'a'],
      [1, 'b'],
      [3, 'c'],
    ] as const) {
      const protectionId = catalog.protections.insert(protectionOf(albumId, photoId, photoId, key), NOW);
      catalog.albumPhotos.setProtection(albumId, photoId, protectionId);
    }
    expect(catalog.albumPhotos.newestProtection(albumId), 'the third is of a photo that has left').toBe(2);
  });
});

describe('at 100,000 photos', () => {
  /** The statements that the repositories really run during `work`, with their values. */
  function statementsOf(work: (catalog: Catalog) => void): { db: Database.Database; statements: string[] } {
    const statements: string[] = [];
    const db = new Database(':memory:', { verbose: (sql) => statements.push(String(sql)) });
    onTestFinished(() => void db.close());
    migrate(db, migrations, () => undefined);
    const catalog = new Catalog(db, '');
    statements.length = 0;
    work(catalog);
    return { db, statements: statements.filter((sql) => /^\s*(SELECT|UPDATE|INSERT)/.test(sql)) };
  }

  const uses: [string, (catalog: Catalog) => unknown][] = [
    ['an album’s photos', ({ albumPhotos }) => albumPhotos.list(1)],
    ['a page of an album', ({ albumPhotos }) => albumPhotos.page(1, { position: 7, photoId: 7 }, 10)],
    ['one photo of an album', ({ albumPhotos }) => albumPhotos.find(1, 1)],
    ['an album’s photo ids', ({ albumPhotos }) => albumPhotos.ids(1)],
    ['an album’s photos by content', ({ albumPhotos }) => albumPhotos.idsByContent(1)],
    ['an album’s newest protection', ({ albumPhotos }) => albumPhotos.newestProtection(1)],
    ['an album’s last test', ({ protectionTests }) => protectionTests.last(1)],
    ['an album’s counts', ({ albums }) => albums.summaries()],
    ['where a photo stands', ({ albumPhotos }) => albumPhotos.settle(1, 1)],
    ['where a job’s photos stand', ({ albumPhotos }) => albumPhotos.settleJob(1)],
    ['where a photo stands everywhere', ({ albumPhotos }) => albumPhotos.settlePhoto(1)],
    ['the albums of a photo', ({ albumPhotos }) => albumPhotos.albumsOf(1)],
    ['a photo by content', ({ photos }) => photos.findByContent(hash(1))],
    ['a photo by path', ({ photos }) => photos.findByPath('/a')],
    ['originals by name', ({ photos }) => photos.pathsByName('a.jpg')],
    ['the next task', ({ jobs }) => jobs.nextTask(1)],
    ['a job’s counts', ({ jobs }) => jobs.counts(1)],
    ['a job’s failures', ({ jobs }) => jobs.failures(1)],
    ['interrupted tasks', ({ jobs }) => jobs.recover()],
    ['cancelling', ({ jobs }) => jobs.cancelWaiting(1)],
    ['retrying', ({ jobs }) => jobs.retryFailed(1)],
    ['a photo’s history', ({ protections }) => protections.history(1)],
    ['an export’s copies', ({ protections }) => protections.exportCopies(1)],
    ['a photo’s exported copies', ({ protections }) => protections.exportedCopies(1)],
    ['an exported copy by path', ({ protections }) => protections.exportedBytes('/a.jpg')],
    ['the library’s copy', ({ protections }) => protections.libraryCopy(1)],
    [
      'the same protection',
      ({ protections }) =>
        protections.findSame({
          albumId: 1,
          photoId: 1,
          sourceSha256: hash(1),
          rhoU: 8,
          targetClass: 1,
          generatorSha256: hash(2),
          noiseVersion: 1,
        }),
    ],
  ];

  test.each(uses)('%s: no large table is read whole', (_what, use) => {
    const { db, statements } = statementsOf(use);
    expect(statements.length).toBeGreaterThan(0);
    for (const sql of statements) {
      const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
      // Jobs and albums are few; of tasks only the index of running ones may be read whole: it holds at most one.
      const whole = plan
        .map((step) => step.detail)
        .filter((detail) =>
          /^SCAN (photos|p|album_photos|ap|s|tasks|t|protections|pr|copies|c|protection_tests)\b/.test(detail),
        )
        .filter((detail) => !detail.includes('tasks_running'));
      expect(whole, sql).toEqual([]);
    }
  });

  test('no statement is compiled anew for other values: conditions and limits hide what is bound', () => {
    const db = new Database(':memory:');
    onTestFinished(() => void db.close());
    migrate(db, migrations, () => undefined);
    const prepare = vi.spyOn(db, 'prepare');
    new Catalog(db, '');
    const conditions = prepare.mock.calls.map(([sql]) => sql.replace(/\bSET\b[^]*?(?=\bWHERE\b|$)/, ''));
    expect(conditions.filter((sql) => /[=<>(,] *\+[?@]/.test(sql)).length).toBeGreaterThan(40);
    expect(conditions.filter((sql) => /([=<>] *\(?|\bLIMIT +)[?@]/.test(sql))).toEqual([]);
  });

  test.each([
    ['a job’s tasks', ({ jobs }: Catalog) => jobs.counts(1)],
    ['an album’s photos', ({ albums }: Catalog) => albums.summary(1)],
  ])('%s are counted without reading them', (_what, use) => {
    const { db, statements } = statementsOf((catalog) => {
      catalog.albums.insert('Sea', 5, null, NOW);
      use(catalog);
    });
    const asked = statements.filter((sql) => sql.includes('_counts'));
    expect(asked).toHaveLength(1);
    const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${asked.join('')}`).all();
    for (const { detail } of plan.filter((step) => /^(SCAN|SEARCH)/.test(step.detail))) {
      // The album itself, its counts, and the one photo of its cover.
      expect(detail).toMatch(/^SEARCH (job_counts|a|c|cover) |USING INDEX album_photos_order/);
    }
  });

  test('an album lists and counts them all', () => {
    const { catalog } = openTestCatalog();
    const albumId = catalog.albums.insert('All', 0, null, NOW);
    catalog.transaction(() => {
      for (let n = 1; n <= 100_000; n++) {
        catalog.albumPhotos.put(albumId, catalog.photos.insert(facts(n), NOW), NOW);
      }
    });
    const jobId = catalog.transaction(() => {
      const tasks = catalog.albumPhotos.ids(albumId).map((photoId) => ({ photoId, key: `k${photoId}` }));
      const id = catalog.jobs.insert({ albumId, rhoU: 8, seed: 0 }, tasks, NOW);
      catalog.albumPhotos.settleJob(id);
      return id;
    });
    expect(catalog.albums.summary(albumId)).toMatchObject({ photos: 100_000, protected: 0 });
    expect(catalog.jobs.counts(jobId)).toEqual({ total: 100_000, done: 0, failed: 0, left: 100_000 });
    const list = catalog.albumPhotos.list(albumId);
    expect(list).toHaveLength(100_000);
    expect(list.every((photo, index) => photo.photoId === index + 1 && photo.status === 'waiting')).toBe(true);
  });
});
