import { existsSync, linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isOriginal } from '../../../../electron/export/originals.ts';
import { writePhoto } from '../support/photos.ts';
import { openShop } from '../support/shop.ts';

test('an original is told by its place, even when it was edited since', async () => {
  const { services, photos } = await openShop({ 'a.jpg': 'a' });
  const path = writePhoto(join(photos, 'a.jpg'), 'edited');
  expect(await isOriginal(services.catalog.photos, path)).toBe(true);
});

test('so it is however the accents in its name are composed', async () => {
  const { services, photos } = await openShop({ '\u00e9.jpg': 'a' });
  const path = writePhoto(join(photos, '\u00e9.jpg'), 'edited');
  const other = join(photos, 'e\u0301.jpg');
  // Where both names are one, it is there already.
  if (!existsSync(other)) linkSync(path, other);
  expect(await isOriginal(services.catalog.photos, other)).toBe(true);
});

test('an original is told by its content, wherever it lies and whatever it is called', async () => {
  const { services, photos } = await openShop({ 'a.jpg': 'a' });
  const twin = writePhoto(join(dirname(photos), 'Backup', 'b.jpg'), 'a');
  expect(await isOriginal(services.catalog.photos, twin)).toBe(true);
  renameSync(photos, join(dirname(photos), 'Lake'));
  expect(await isOriginal(services.catalog.photos, twin)).toBe(true);
});

test('other files, folders, dead links and nothing at all are no originals', async () => {
  const { services, photos } = await openShop({ 'a.jpg': 'a' });
  const folder = join(dirname(photos), 'Copies');
  mkdirSync(join(folder, 'b.jpg'), { recursive: true });
  writeFileSync(join(folder, 'a.jpg'), 'a protected copy');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'c.jpg'));
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']) {
    expect(await isOriginal(services.catalog.photos, join(folder, name)), name).toBe(false);
  }
});

test.skipIf(process.platform === 'win32')('what cannot be looked at is told with a sentence', async () => {
  const { services, photos } = await openShop({ 'a.jpg': 'a' });
  const loop = join(photos, 'loop.jpg');
  symlinkSync(loop, loop);
  await expect(isOriginal(services.catalog.photos, loop)).rejects.toThrow(/“loop.jpg” is a link that leads back/);
});
