import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ExportPreset } from '../../../../electron/ipc/contract.ts';
import { openProtectedShop, type Shop } from '../support/shop.ts';
import { writePhoto } from '../support/photos.ts';

const preset: ExportPreset = { format: 'same', quality: 90, longEdge: null, colour: 'srgb', exif: 'strip', naming: '{name}-web', conflict: 'unique' }; // prettier-ignore

/** A protected album whose copies have been exported to a folder among its originals. */
async function exportAmongOriginals(
  contents: Readonly<Record<string, string>>,
): Promise<Shop & { folder: string; copies: string[] }> {
  const shop = await openProtectedShop(contents);
  const folder = join(shop.photos, 'For upload');
  mkdirSync(folder);
  await shop.services.exporter.start(shop.albumId, null, folder, preset);
  await shop.services.exporter.idle();
  const copies = readdirSync(folder).map((name) => join(folder, name));
  expect(copies).toHaveLength(Object.keys(contents).length);
  return { ...shop, folder, copies };
}

test('copies of ours among the originals are not taken for photos, and that is told', async () => {
  const { services, photos, albumId, photoHost } = await exportAmongOriginals({ 'a.jpg': 'a', 'é.jpg': 'e' });
  writePhoto(join(photos, 'new.jpg'), 'new');
  const reads = photoHost.reads.length;
  const result = await services.importer.run([photos], null);
  expect(result).toMatchObject({ albumIds: [albumId], added: 1, duplicates: 2, ownCopies: 2, failures: [] });
  expect(result.sentence).toBe(
    '1 photo added. 2 were in the album already. 2 were left out: they are protected copies from an export.',
  );
  expect(services.catalog.albums.summary(albumId).photos).toBe(3);
  expect(photoHost.reads.slice(reads)).toEqual([join(photos, 'new.jpg')]);
});

test('a folder of nothing else makes no album, and is not one without photos', async () => {
  const { services, folder } = await exportAmongOriginals({ 'a.jpg': 'a' });
  const result = await services.importer.run([folder], null);
  expect(result).toMatchObject({ albumIds: [], added: 0, ownCopies: 1, failures: [] });
  expect(result.sentence).toBe('No new photos were added. 1 was left out: it is a protected copy from an export.');
  expect(services.catalog.albums.summaries()).toHaveLength(1);
});

test.skipIf(process.platform === 'win32')('a copy is known by whichever way its folder is reached', async () => {
  const { services, photos, folder } = await exportAmongOriginals({ 'a.jpg': 'a' });
  const link = join(dirname(photos), 'Link');
  symlinkSync(folder, link);
  expect(await services.importer.run([link], null)).toMatchObject({ added: 0, ownCopies: 1 });
});

test('a file that another program has put in the place of a copy is a photo', async () => {
  const { services, folder, copies } = await exportAmongOriginals({ 'a.jpg': 'a' });
  writeFileSync(copies[0] ?? '', 'photo of its own');
  expect(await services.importer.run([folder], null)).toMatchObject({ added: 1, ownCopies: 0 });
});
