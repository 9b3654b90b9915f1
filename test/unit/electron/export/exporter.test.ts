import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderOptionsOf } from '../../../../electron/export/exporter.ts';
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
    expect(summary).toMatchObject({ state: 'cancelled', written: 0, failures: [{ code: 'disk-full' }] });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('can be cancelled; what it has written stays', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' });
    const { exporter } = shop.services;
    shop.log.listen('export.changed', () => exporter.cancel(1));
    const summary = await exportAll(shop, temporaryFolder());
    expect(summary).toMatchObject({ state: 'cancelled', written: 1 });
  });

  test('that a kill cut short is ended at the next start, its temporary files swept', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    const folder = temporaryFolder();
    const exportId = shop.services.catalog.exports.insert(shop.albumId, folder, preset, 1, '2026-01-01');
    writeFileSync(join(folder, '.stillgrain-1.part.jpg'), 'half');
    writeFileSync(join(folder, 'whole.jpg'), 'whole');
    await shop.services.exporter.recover();
    expect(readdirSync(folder)).toEqual(['whole.jpg']);
    expect(shop.services.catalog.exports.find(exportId)?.state).toBe('cancelled');
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
