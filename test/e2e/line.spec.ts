/** The whole line on real photos, as a user walks it: import, protect, compare, export; then the pixels are checked. */
import { expect, test } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, difference } from './pixels.ts';
import {
  allProtected,
  fingerprint,
  importFolder,
  makeBench,
  protectAlbum,
  samples,
  smallPhotos,
  start,
} from './support.ts';

test('import, protect, compare and export an album of real photos @packaged', async () => {
  const bench = makeBench();
  const originals = fingerprint(bench.photos);
  const program = await start(bench, [[bench.photos], [bench.exports]]);
  const { page } = program;
  try {
    await importFolder(page, smallPhotos.length);
    await expect(page.getByRole('heading', { level: 1, name: 'Summer' })).toBeVisible();

    await protectAlbum(page, 'Standard');
    await allProtected(page);

    await page.getByRole('gridcell', { name: /^cat\.jpg/ }).click();
    await page
      .getByRole('toolbar', { name: 'Selected photos' })
      .getByRole('button', { name: /Compare/ })
      .click();
    await expect(page.getByRole('slider', { name: 'Divider between original and protected' })).toBeVisible();
    await expect(page.getByText(/^PSNR \d/)).toBeVisible();
    for (const name of ['Original', 'Protected']) {
      const image = page.getByRole('img', { name });
      await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(451);
    }
    await page.getByRole('button', { name: /Back to the grid/ }).click();

    await page.getByRole('button', { name: 'Export for upload' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export for upload' });
    await dialog.getByRole('radio', { name: 'Lossless PNG' }).check();
    await dialog.getByLabel('File names').fill('{album}-{name}');
    await expect(dialog.getByText(/Summer-.*\.png/)).toBeVisible();
    await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
    await dialog.getByRole('button', { name: `Export ${smallPhotos.length} photos` }).click();
    await expect(dialog.getByText(`${smallPhotos.length} photos written.`)).toBeVisible();
    expect(program.problems).toEqual([]);
  } finally {
    await program.close();
  }

  expect(readdirSync(bench.exports).toSorted()).toEqual(
    smallPhotos.map((name) => `Summer-${name.replace('.jpg', '.png')}`).toSorted(),
  );
  for (const name of smallPhotos) {
    const original = await decode(readFileSync(join(bench.photos, name)));
    const copy = await decode(readFileSync(join(bench.exports, `Summer-${name.replace('.jpg', '.png')}`)));
    expect([copy.width, copy.height, copy.bands]).toEqual([original.width, original.height, original.bands]);
    const { largest, share } = difference(original, copy);
    expect(largest, `${name}: within ρ_u = 8/255`).toBeLessThanOrEqual(8);
    expect(share, `${name}: has changed nearly everywhere`).toBeGreaterThan(0.5);
  }
  expect(fingerprint(bench.photos), 'originals are only read').toEqual(originals);
  bench.remove();
});

test('a program killed in the middle of an album finishes it by itself after the next start @packaged', async () => {
  const bench = makeBench([...smallPhotos, 'galaxies.jpg', 'raccoon.jpg']);
  const originals = fingerprint(bench.photos);
  const first = await start(bench, [[bench.photos]]);
  await importFolder(first.page, 6);
  await protectAlbum(first.page, 'Subtle');
  await expect(first.page.getByRole('gridcell', { name: /, Protected$/ }).first()).toBeVisible({ timeout: 120_000 });
  await first.kill();

  const second = await start(bench);
  try {
    await expect(second.page.getByRole('gridcell')).toHaveCount(6);
    await allProtected(second.page);
    expect(second.problems).toEqual([]);
  } finally {
    await second.close();
  }
  expect(fingerprint(bench.photos), 'originals are only read').toEqual(originals);
  bench.remove();
});

test('photos and folders dropped on the window are added: to the open album or to new ones', async () => {
  const bench = makeBench(['cat.jpg', 'coffee-cup.jpg']);
  const program = await start(bench);
  const { page } = program;
  const devtools = await page.context().newCDPSession(page);
  /** Drags files from the system over the window and lets them go at a point. */
  const drop = async (files: string[], x: number, y: number) => {
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', { type, x, y, data });
    }
  };
  try {
    await expect(page.getByRole('heading', { name: 'Drop photos or folders here' })).toBeVisible();
    await drop([bench.photos], 600, 400);
    await expect(page.getByText('2 photos added.')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1, name: 'Summer' })).toBeVisible();

    // The left half of the window stands for the open album.
    await drop([join(samples, 'raccoon.jpg'), join(bench.photos, 'cat.jpg')], 300, 400);
    await expect(page.getByText('1 photo added. 1 was in the album already.')).toBeVisible();
    await expect(page.getByRole('gridcell')).toHaveCount(3);

    await drop([join(samples, 'raccoon.jpg')], 1000, 400);
    await expect(page.getByRole('heading', { level: 1, name: 'New album' })).toBeVisible();
    await expect(page.getByRole('gridcell')).toHaveCount(1);
    expect(program.problems).toEqual([]);
  } finally {
    await program.close();
    bench.remove();
  }
});
