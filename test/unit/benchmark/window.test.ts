import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCatalog } from '../../../electron/catalog/index.ts';
import { frameTimes } from '../../../scripts/benchmark/frames.ts';
import { makeLibrary } from '../../../scripts/benchmark/smallFiles.ts';
import { samplePhoto } from '../../fixtures/photos.ts';
import { temporaryFolder } from '../electron/support/folders.ts';

test('frames have a middle, and one that only a twentieth are longer than', () => {
  expect(frameTimes(Array.from({ length: 100 }, (_, n) => n + 1))).toEqual({ median: 50.5, slow: 95 });
  expect(frameTimes([7])).toEqual({ median: 7, slow: 7 });
  expect(() => frameTimes([])).toThrow('nothing was measured');
});

test('a library of links is one that the program finds unchanged', () => {
  const folder = temporaryFolder();
  const photo = join(folder, 'photo.jpg');
  const photos = join(folder, 'photos');
  mkdirSync(photos);
  copyFileSync(samplePhoto('cat'), photo);
  makeLibrary(photo, photos, join(folder, 'data'), 5);
  expect(readdirSync(join(photos, '0'))).toHaveLength(5);
  const { catalog } = openCatalog(join(folder, 'data'));
  const rows = catalog.albumPhotos.ids(1).map((id) => catalog.photos.find(id));
  catalog.close();
  expect(rows).toHaveLength(5);
  for (const row of rows) {
    const { size, mtimeMs } = statSync(row?.path ?? '');
    expect(row).toMatchObject({ bytes: size, mtimeMs });
  }
});
