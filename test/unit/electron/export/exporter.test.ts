import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { renderOptionsOf } from '../../../../electron/export/copyWriter.ts';
import { Exporter } from '../../../../electron/export/exporter.ts';
import { ExportTarget } from '../../../../electron/export/target.ts';
import type { ExportPreset, ExportSummary } from '../../../../electron/ipc/contract.ts';
import { UserError } from '../../../../engine/errors.ts';
import { temporaryFolder } from '../support/folders.ts';
import { sha256Of, writePhoto } from '../support/photos.ts';
import { openProtectedShop, openShop, type Shop } from '../support/shop.ts';

const preset: ExportPreset = {
  format: 'same',
  quality: 90,
  longEdge: null,
  colour: 'srgb',
  exif: 'strip',
  naming: '{name}',
  conflict: 'unique',
};

async function exportAll(shop: Shop, folder: string, change: Partial<ExportPreset> = {}): Promise<ExportSummary> {
  const { exporter } = shop.services;
  const started = await exporter.start(shop.albumId, null, folder, { ...preset, ...change });
  expect(started.state).toBe('running');
  await exporter.idle();
  const last = shop.log.last('export.changed');
  if (last?.exportId !== started.exportId) throw new Error('the export told nothing');
  return last;
}

/** What SQLite throws while the disk of the catalog is full. */
function diskFull(): never {
  throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
}

/** What the photo host answers when the disk of a copy is full. */
function fullDiskAnswer(_method: string, input: object): Promise<never> {
  const file = `${'outStem' in input ? String(input.outStem) : ''}.jpg`;
  return Promise.reject(new UserError('disk-full', `No room for “${basename(file)}”.`, 'Free some.', { file }));
}

/** The export's own errors for developers, kept out of the test's output. */
function silenceConsole(): void {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
}

afterEach(() => vi.restoreAllMocks());

describe('an export', () => {
  test('writes a copy of every protected photo and tells where', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const folder = temporaryFolder();
    const summary = await exportAll(shop, folder, { naming: '{album}-{n}-{name}-{date}' });
    expect(summary).toMatchObject({ state: 'done', total: 2, written: 2, skipped: 0, failures: [] });
    expect(readdirSync(folder).sort()).toEqual(['Sea-1-a-2026-05-04.jpg', 'Sea-2-b-2026-05-04.jpg']);
    expect(basename(shop.services.exporter.shownPath(summary.exportId))).toBe('Sea-1-a-2026-05-04.jpg');
    expect(shop.services.catalog.protections.exportCopies(summary.exportId)).toHaveLength(2);
  });

  test('gives two photos with one name two names', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'deep/A.JPG': 'b' });
    const folder = temporaryFolder();
    await exportAll(shop, folder, { conflict: 'overwrite' });
    expect(readdirSync(folder).sort()).toEqual(['A (2).jpg', 'a.jpg']);
  });

  test('knows two photos with one name again: overwriting piles nothing up, skipping leaves both out', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'deep/A.JPG': 'b' });
    const folder = temporaryFolder();
    await exportAll(shop, folder, { conflict: 'overwrite' });
    const first = readdirSync(folder).sort();
    const rendered = new Map(first.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    for (let n = 0; n < 2; n++) {
      expect(await exportAll(shop, folder, { conflict: 'overwrite' })).toMatchObject({ written: 2, failures: [] });
      expect(readdirSync(folder).sort()).toEqual(first);
      for (const [name, text] of rendered) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    }
    expect(await exportAll(shop, folder, { conflict: 'skip' })).toMatchObject({ written: 0, skipped: 2 });
    // Of one that has gone the other is no copy.
    rmSync(join(folder, 'A (2).jpg'));
    expect(await exportAll(shop, folder, { conflict: 'skip' })).toMatchObject({ written: 1, skipped: 1 });
    expect(readdirSync(folder).sort()).toEqual(first);
  });

  test('skips no photo for the copy of another that was there before it', async () => {
    const shop = await openProtectedShop({ 'deep/a.jpg': 'a' });
    const folder = temporaryFolder();
    await exportAll(shop, folder, { conflict: 'skip' });
    writePhoto(join(shop.photos, 'A.JPG'), 'b');
    await shop.services.importer.run([join(shop.photos, 'A.JPG')], shop.albumId);
    shop.services.queue.protectAlbum(shop.albumId, 8, null);
    await shop.services.queue.idle();
    expect(await exportAll(shop, folder, { conflict: 'skip' })).toMatchObject({ written: 1, skipped: 1 });
    expect(readdirSync(folder).sort()).toEqual(['A (2).jpg', 'a.jpg']);
  });

  test('tells of a file that cannot be replaced that it may be open', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    const folder = temporaryFolder();
    await exportAll(shop, folder);
    const held = Object.assign(new Error('operation not permitted'), { code: 'EPERM' });
    vi.spyOn(ExportTarget.prototype, 'publish').mockRejectedValueOnce(held);
    const { failures } = await exportAll(shop, folder, { conflict: 'overwrite' });
    expect(failures).toMatchObject([{ code: 'unwritable' }]);
    expect(failures[0]?.remedy).toContain('Close it');
    expect(readdirSync(folder)).toEqual(['a.jpg']);
  });

  test('into the folder of the originals changes none of them', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    const before = sha256Of(join(shop.photos, 'a.jpg'));
    const overwritten = await exportAll(shop, shop.photos, { conflict: 'overwrite' });
    expect(overwritten.failures).toMatchObject([{ code: 'name-taken' }]);
    expect(overwritten.failures[0]?.problem).toContain('is an original');
    const beside = await exportAll(shop, shop.photos);
    expect(beside.written).toBe(1);
    expect(readdirSync(shop.photos).sort()).toEqual(['a (2).jpg', 'a.jpg']);
    expect(sha256Of(join(shop.photos, 'a.jpg'))).toBe(before);
  });

  test('replaces no original that the catalog knows by its content only', async () => {
    const shop = await openShop({ 'a.jpg': 'a' });
    const backup = join(dirname(shop.photos), 'Backup');
    const original = writePhoto(join(backup, 'a.jpg'), 'a');
    const { importer, queue, catalog } = shop.services;
    const { albumIds } = await importer.run([backup], null);
    const albumId = albumIds[0] ?? 0;
    expect(catalog.photos.findByPath(original)).toBeUndefined();
    queue.protectAlbum(albumId, 8, null);
    await queue.idle();
    const before = sha256Of(original);
    const summary = await exportAll({ ...shop, albumId }, backup, { conflict: 'overwrite' });
    expect(summary).toMatchObject({ state: 'done', written: 0, failed: 1, failures: [{ code: 'name-taken' }] });
    expect(sha256Of(original)).toBe(before);
    expect(readdirSync(backup)).toEqual(['a.jpg']);
    expect(shop.photoHost.renders).toEqual([]);
  });

  test('replaces no file that became an original while its copy was rendered', async () => {
    let arrive = (): void => undefined;
    const shop = await openProtectedShop({ 'a.jpg': 'a' }, () => arrive());
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.jpg'), 'an earlier copy');
    arrive = () => writePhoto(join(folder, 'a.jpg'), 'a');
    const summary = await exportAll(shop, folder, { conflict: 'overwrite' });
    expect(summary.failures).toMatchObject([{ code: 'name-taken' }]);
    expect(readFileSync(join(folder, 'a.jpg'), 'utf8')).toBe('photo a');
    expect(readdirSync(folder)).toEqual(['a.jpg']);
  });

  test('replaces the copies of an earlier one, and a folder in the way is only that photo’s failure', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const folder = temporaryFolder();
    await exportAll(shop, folder);
    rmSync(join(folder, 'a.jpg'));
    mkdirSync(join(folder, 'a.jpg'));
    const summary = await exportAll(shop, folder, { conflict: 'overwrite' });
    expect(summary).toMatchObject({ state: 'done', written: 1, failures: [{ code: 'name-taken' }] });
    expect(readdirSync(folder).sort()).toEqual(['a.jpg', 'b.jpg']);
  });

  test('that waits in line keeps to what is in the folder when its turn comes', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { exporter } = shop.services;
    const folder = temporaryFolder();
    for (const conflict of ['skip', 'skip', 'overwrite'] as const) {
      await exporter.start(shop.albumId, null, folder, { ...preset, conflict });
    }
    await exporter.idle();
    const ends = shop.log.all('export.changed').filter((summary) => summary.state !== 'running');
    expect(ends).toMatchObject([
      { written: 2, skipped: 0 },
      { written: 0, skipped: 2 },
      { written: 2, skipped: 0 },
    ]);
    expect(readdirSync(folder).sort()).toEqual(['a.jpg', 'b.jpg']);
  });

  test('whose folder goes while it waits in line is ended with one sentence', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { exporter } = shop.services;
    const folder = join(temporaryFolder(), 'stick');
    mkdirSync(folder);
    await exporter.start(shop.albumId, null, temporaryFolder(), preset);
    await exporter.start(shop.albumId, null, folder, preset);
    rmSync(folder, { recursive: true });
    await exporter.idle();
    expect(shop.log.last('export.changed')).toMatchObject({
      state: 'cancelled',
      failed: 0,
      stoppedBy: { code: 'vanished', problem: 'The folder “stick” is no longer there.' },
    });
  });

  test('skips what is there already', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.jpg'), 'mine');
    expect(await exportAll(shop, folder, { conflict: 'skip' })).toMatchObject({ written: 1, skipped: 1 });
    expect(readFileSync(join(folder, 'a.jpg'), 'utf8')).toBe('mine');
    expect(shop.photoHost.renders).toHaveLength(1);
  });

  test('goes on after photos that have gone or changed, with a sentence for each', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' });
    rmSync(join(shop.photos, 'a.jpg'));
    writePhoto(join(shop.photos, 'b.jpg'), 'edited');
    const summary = await exportAll(shop, temporaryFolder());
    expect(summary).toMatchObject({ state: 'done', written: 1 });
    expect(summary.failures.map((failure) => failure.problem)).toEqual([
      '“a.jpg” is no longer there.',
      '“b.jpg” has changed since it was protected.',
    ]);
  });

  test('stops when the disk is full, with one sentence', async () => {
    const full = (): never => {
      throw new UserError('disk-full', 'No room.', 'Free some.');
    };
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' }, full);
    const folder = temporaryFolder();
    const summary = await exportAll(shop, folder);
    expect(summary).toMatchObject({ state: 'cancelled', written: 0, failures: [], stoppedBy: { code: 'disk-full' } });
    expect(shop.services.catalog.exports.find(summary.exportId)?.state).toBe('cancelled');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('tells of a copy that could not be written by its own name, not by its temporary one', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    const { catalog, freshness } = shop.services;
    const exporter = new Exporter({
      catalog,
      freshness,
      host: { call: fullDiskAnswer },
      dataFolder: shop.data,
      emit: shop.log.emit,
      now: () => new Date(),
    });
    const { folder } = await exporter.start(shop.albumId, null, temporaryFolder(), { ...preset, naming: 'photo-{n}' });
    await exporter.idle();
    expect(shop.log.last('export.changed')?.stoppedBy).toEqual({
      code: 'disk-full',
      problem: 'No room for “photo-1.jpg”.',
      remedy: 'Free some.',
      file: join(folder, 'photo-1.jpg'),
    });
  });

  test('ends with one sentence, and decodes no other photo, when its folder is gone', async () => {
    const folder = join(temporaryFolder(), 'stick');
    mkdirSync(folder);
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' }, (source) => {
      if (basename(source) === 'b.jpg') rmSync(folder, { recursive: true });
    });
    silenceConsole();
    const summary = await exportAll(shop, folder);
    expect(summary).toMatchObject({
      state: 'cancelled',
      written: 1,
      failed: 0,
      failures: [],
      stoppedBy: { code: 'vanished', problem: 'The folder “stick” is no longer there.' },
    });
    expect(shop.photoHost.renders.map((path) => basename(path))).toEqual(['a.jpg', 'b.jpg']);
  });

  test('tells how many photos failed, and why of the first 200 of them', async () => {
    const names = Array.from({ length: 230 }, (_, n) => `${n}.jpg`);
    const shop = await openShop(Object.fromEntries(names.map((name) => [name, name])));
    const { exporter, catalog } = shop.services;
    const { exportId } = await exporter.start(
      shop.albumId,
      catalog.albumPhotos.ids(shop.albumId),
      temporaryFolder(),
      preset,
    );
    await exporter.idle();
    const summary = shop.log.last('export.changed');
    expect(summary).toMatchObject({ state: 'done', total: 230, failed: 230 });
    expect(summary?.failures).toHaveLength(200);
    expect(summary?.failures[0]?.problem).toBe('“0.jpg” is not protected yet.');
    expect(catalog.exports.find(exportId)?.failed).toBe(230);
  });

  test('can be cancelled; what it has written stays', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' });
    const { exporter } = shop.services;
    shop.log.listen('export.changed', () => exporter.cancel(1));
    const summary = await exportAll(shop, temporaryFolder());
    expect(summary).toMatchObject({ state: 'cancelled', written: 1 });
  });

  describe('while the catalog cannot be written', () => {
    const stopped = {
      state: 'cancelled',
      failed: 0,
      failures: [],
      stoppedBy: { code: 'disk-full', problem: 'The disk that holds the catalog is full.' },
    };

    test('ends, and says so, once and for all', async () => {
      const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c', 'd.jpg': 'd' });
      silenceConsole();
      const nothing = (): void => undefined;
      const { exports: table } = shop.services.catalog;
      vi.spyOn(table, 'setCounts')
        .mockImplementationOnce(nothing)
        .mockImplementationOnce(nothing)
        .mockImplementation(diskFull);
      vi.spyOn(table, 'setState').mockImplementation(diskFull);
      const folder = temporaryFolder();
      const summary = await exportAll(shop, folder);
      expect(summary).toMatchObject({ ...stopped, written: 3 });
      expect(readdirSync(folder).sort()).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
      const told = shop.log.all('export.changed').length;
      // Longer than the teller of progress waits: nothing comes after the end.
      await setTimeout(150);
      expect(shop.log.all('export.changed')).toHaveLength(told);
    });

    test('counts a copy whose row could not be written as written', async () => {
      const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
      silenceConsole();
      const record = vi.spyOn(shop.services.catalog.protections, 'insertCopy').mockImplementation(diskFull);
      const folder = temporaryFolder();
      const summary = await exportAll(shop, folder);
      expect(summary).toMatchObject({ ...stopped, written: 1 });
      expect(readdirSync(folder)).toEqual(['a.jpg']);
      expect(shop.services.catalog.exports.find(summary.exportId)).toMatchObject({ state: 'cancelled', written: 1 });
      record.mockRestore();
      expect(await exportAll(shop, folder, { conflict: 'skip' })).toMatchObject({ state: 'done', skipped: 1 });
    });

    test('takes what the catalog says about a photo for no failure of that photo', async () => {
      const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
      silenceConsole();
      vi.spyOn(shop.services.catalog.protections, 'find').mockImplementation(diskFull);
      expect(await exportAll(shop, temporaryFolder())).toMatchObject({ ...stopped, written: 0 });
    });
  });

  test('that a kill cut short is ended at the next start, its temporary files swept', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    const folder = temporaryFolder();
    const exportId = shop.services.catalog.exports.insert(shop.albumId, folder, preset, 1, '2026-01-01');
    writeFileSync(join(folder, '.stillgrain-1.part.jpg'), 'half');
    writeFileSync(join(folder, 'whole.jpg'), 'whole');
    expect(shop.services.exporter.cutShort()).toEqual([
      `The export of “Sea” to “${basename(folder)}” was cut short: 0 of 1 copy was written. ` +
        'Export it again with “Skip the photo” to go on.',
    ]);
    await shop.services.exporter.recover();
    expect(shop.services.exporter.cutShort()).toEqual([]);
    expect(readdirSync(folder)).toEqual(['whole.jpg']);
    expect(shop.services.catalog.exports.find(exportId)?.state).toBe('cancelled');
  });

  test('tells how many photos go with an earlier protection than the one that is to come', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' });
    const { catalog, exporter } = shop.services;
    expect((await exportAll(shop, temporaryFolder())).outdated).toBe(0);
    const jobId = catalog.jobs.insert(
      { albumId: shop.albumId, rhoU: 16, seed: 1 },
      [1, 2].map((photoId) => ({ photoId, key: `k${photoId}` })),
      '2026-01-01',
    );
    const failed = catalog.jobs.nextTask(jobId)?.taskId ?? 0;
    catalog.jobs.startTask(failed);
    catalog.jobs.failTask(failed, { code: 'corrupt', problem: 'P.', remedy: 'R.', file: null });
    catalog.jobs.setState(jobId, 'paused');
    catalog.albumPhotos.settleJob(jobId);
    const started = await exporter.start(shop.albumId, null, temporaryFolder(), preset);
    expect(started).toMatchObject({ total: 3, outdated: 2 });
    await exporter.idle();
    expect(shop.log.last('export.changed')).toMatchObject({ written: 3, failed: 0, outdated: 2 });
  });

  test('of nothing, or to nowhere, is refused with a sentence', async () => {
    const shop = await openShop({ 'a.jpg': 'a' });
    const { exporter } = shop.services;
    const folder = temporaryFolder();
    await expect(exporter.start(shop.albumId, null, folder, preset)).rejects.toThrow(/Nothing in “Sea” is protected/);
    mkdirSync(join(folder, 'x'));
    rmSync(join(folder, 'x'), { recursive: true });
    shop.services.queue.protectAlbum(shop.albumId, 8, null);
    await shop.services.queue.idle();
    await expect(exporter.start(shop.albumId, null, join(folder, 'x'), preset)).rejects.toThrow(/“x” is no longer/);
  });

  test('of chosen photos tells which are not protected yet', async () => {
    const shop = await openShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    shop.services.queue.protectAlbum(shop.albumId, 8, [1]);
    await shop.services.queue.idle();
    await shop.services.exporter.start(shop.albumId, [1, 2], temporaryFolder(), preset);
    await shop.services.exporter.idle();
    expect(shop.log.last('export.changed')).toMatchObject({
      written: 1,
      failures: [{ problem: '“b.jpg” is not protected yet.' }],
    });
  });
});

test.each([
  ['keep', 'keep'],
  ['strip-gps', 'strip'],
  ['strip', 'strip'],
] as const)('a preset that has EXIF %s has XMP, which may hold a place, %s', (exif, xmp) => {
  expect(renderOptionsOf({ ...preset, exif }).metadata).toEqual({ exif, xmp });
});
