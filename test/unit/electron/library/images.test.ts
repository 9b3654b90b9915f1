import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../../engine/errors.ts';
import { sha256Of, writePhoto } from '../support/photos.ts';
import { openProtectedShop, openShop } from '../support/shop.ts';

test('thumbnails are made once for each size, and sizes are few', async () => {
  const { services, data } = await openShop({ 'a.jpg': 'a' });
  const sizes = await Promise.all([20, 300, 320, 321, 4000].map((edge) => services.images.thumbnail(1, edge)));
  expect(new Set(sizes.map((size) => size.path)).size).toBe(4);
  expect(sizes.every((size) => size.type === 'image/webp')).toBe(true);
  expect(readdirSync(join(data, 'thumbs'))).toHaveLength(4);
});

test('a file that has changed is not kept under the content that it had', async () => {
  const { services, photos, data } = await openShop({ 'a.jpg': 'a' });
  const { images, catalog } = services;
  const [old, path] = [catalog.photos.find(1)?.sha256 ?? '', join(photos, 'a.jpg')];
  writePhoto(path, 'edited');
  const shown = await images.thumbnail(1, 300);
  expect(readFileSync(shown.path, 'utf8')).toMatch(/^thumbnail /);
  expect(readdirSync(join(data, 'thumbs'))).not.toContain(`${old}-320.webp`);
  await services.freshness.refresh(1);
  const now = basename((await images.thumbnail(1, 300)).path);
  expect(now).toBe(`${sha256Of(path)}-320.webp`);
  expect(now).not.toContain(old);
  // What was made is shown without the original, too: its disk may be away.
  rmSync(path);
  expect(basename((await images.thumbnail(1, 300)).path)).toBe(now);
});

test('what a browser shows is the file itself; the noise is made to be seen', async () => {
  const { services, photos, data } = await openProtectedShop({ 'a.jpg': 'a' });
  const { images, catalog } = services;
  expect(await images.original(1)).toEqual({ path: join(photos, 'a.jpg'), type: 'image/jpeg' });
  const copy = catalog.protections.libraryCopy(1)?.file ?? '';
  expect(await images.protectedCopy(1)).toEqual({ path: join(data, copy), type: 'image/jpeg' });
  expect(readFileSync((await images.noise(1)).path, 'utf8')).toMatch(/^noise .* x 8$/);
});

test('what is not there is told as such', async () => {
  const { images } = (await openShop({ 'a.jpg': 'a' })).services;
  await expect(images.thumbnail(9, 100)).rejects.toBeInstanceOf(UserError);
  await expect(images.protectedCopy(1)).rejects.toBeInstanceOf(UserError);
  await expect(images.preview(1)).rejects.toBeInstanceOf(UserError);
});

test('a preview shows one photo with a strength, leaves the catalog as it is, and goes before a job’s next photo', async () => {
  const { services, engine, albumId } = await openShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' });
  const order: number[] = [];
  engine.before = (request) => void order.push(request.settings.rhoU);
  services.queue.protectAlbum(albumId, 8, null);
  const preview = await services.previews.make(albumId, 2, 16);
  expect(preview).toMatchObject({ maxAbs: 16, ssim: 0.95 });
  await services.queue.idle();
  expect(order.indexOf(16)).toBeLessThan(3);
  expect(readFileSync((await services.images.preview(preview.previewId)).path, 'utf8')).toMatch(/^copy /);
  expect(readFileSync((await services.images.previewNoise(preview.previewId)).path, 'utf8')).toMatch(/^noise /);
  expect(services.catalog.protections.history(2).map((protection) => protection.rhoU)).toEqual([8]);
});

test('a newer preview takes an older one’s place, and only the newest few stay', async () => {
  const { services, engine, albumId, data } = await openShop({ 'a.jpg': 'a' });
  engine.before = async (request, { signal }) => {
    if (request.settings.rhoU === 4) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  };
  const older = services.previews.make(albumId, 1, 4);
  const refused = expect(older).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => engine.requests.length).toBe(1);
  await services.previews.make(albumId, 1, 5);
  await refused;
  for (let n = 0; n < 8; n++) await services.previews.make(albumId, 1, 6 + n);
  expect(readdirSync(join(data, 'previews')).length).toBeLessThanOrEqual(12);
});
