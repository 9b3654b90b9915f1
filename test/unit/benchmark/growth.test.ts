import { expect, onTestFinished, test } from 'vitest';
import { openCatalog } from '../../../electron/catalog/index.ts';
import { finishPhotos, importAlbum, makeJob, QUERIES } from '../../../scripts/benchmark/albumLife.ts';
import { catalogSection, operationOf } from '../../../scripts/benchmark/growth.ts';
import { temporaryFolder } from '../electron/support/folders.ts';

test('an album’s life takes every photo from import to done, by the catalog’s own calls', () => {
  const { catalog } = openCatalog(temporaryFolder());
  onTestFinished(() => catalog.close());
  const albumId = importAlbum(catalog, 12);
  const jobId = makeJob(catalog, albumId);
  expect(catalog.jobs.counts(jobId)).toEqual({ total: 12, done: 0, failed: 0, left: 12 });
  finishPhotos(catalog, 5);
  expect(catalog.jobs.counts(jobId)).toEqual({ total: 12, done: 5, failed: 0, left: 7 });
  finishPhotos(catalog, 100);
  expect(catalog.albums.summary(albumId)).toMatchObject({ photos: 12, protected: 12 });
  expect(catalog.jobs.find(jobId)?.state).toBe('done');
  for (const { ask } of Object.values(QUERIES)) ask(catalog, { albumId, jobId, photoId: 3 });
});

test('growth is from 1,000 to 100,000, round by round', () => {
  const { growth, microseconds } = operationOf('x', { 100: [9, 9], 1000: [1, 2], 100_000: [3, 2] });
  expect(growth).toEqual({ median: 2, least: 1, most: 3, count: 2 });
  expect(microseconds[100]?.median).toBe(9);
  expect(operationOf('x', { 100: [1] }).growth).toBeNull();

  const { columns, rows } = catalogSection({ import: { 100: [1], 1000: [2] } }, { rounds: 1, finished: 5 });
  expect(columns).toEqual(['microseconds, with this many photos', '100', '1,000', '100,000 against 1,000']);
  expect(rows).toEqual([['import', '1.0', '2.0', '–']]);
});
