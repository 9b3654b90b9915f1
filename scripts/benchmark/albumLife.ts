/**
 * The life of an album as the catalog sees it: the very calls that the importer, the queue and the window make for each
 * photo, in their order and transactions, without the files and the mathematics in between.
 */
import { randomBytes } from 'node:crypto';
import type { Catalog, PhotoFacts } from '../../electron/catalog/index.ts';
import { toColumns } from '../../electron/ipc/photoColumns.ts';
import type { PhotoPlace } from '../../electron/ipc/contract.ts';
import type { ProtectReport } from '../../electron/jobs/engineCalls.ts';
import { tasksFor } from '../../electron/jobs/names.ts';
import { recordProtection } from '../../electron/jobs/record.ts';

const NOW = '2026-11-22T12:00:00.000Z';
/** As the window reads an album. */
const FIRST_PAGE = 500;
const PAGE = 4000;
const GENERATOR = { name: 'benchmark', sha256: 'a'.repeat(64) };

/** Hashes look random, and so does the order in which they come. */
export function factsOf(n: number): PhotoFacts {
  const name = `IMG_${String(n).padStart(6, '0')}.JPG`;
  return {
    sha256: randomBytes(32).toString('hex'),
    name,
    mtimeMs: 1_700_000_000_000 + n,
    info: {
      path: `/home/someone/Pictures/2026/A long summer by the sea/${name}`,
      format: 'jpeg',
      width: 4000,
      height: 3000,
      orientation: 1,
      bitDepth: 8,
      colour: 'rgb',
      hasAlpha: false,
      hasProfile: true,
      bytes: 4_567_890,
      takenAt: '2026-08-01T12:00:00',
    },
  };
}

const REPORT: ProtectReport = {
  noiseSize: { width: 128, height: 96 },
  settings: { rhoU: 8, targetClass: 0, seed: 1 },
  method: { steps: 16, views: 6, alphaU: 1.6, rhoR: 4, momentum: 0.8, noiseVersion: 5 },
  generator: GENERATOR,
  runtime: 'onnx/cpu',
  runtimeState: { name: 'onnx/cpu', notice: null, dropped: [] },
  loss: { before: 4, after: 0.1 },
  seconds: { decode: 0.1, noise: 1 },
  copy: {
    path: '/library/copies/0123456789abcdef01234567.jpg',
    format: 'jpeg',
    lossless: false,
    width: 4000,
    height: 3000,
    bytes: 4_567_890,
    figures: { maxAbs: 8, psnr: 34, ssim: 0.98 },
    seconds: { decode: 0.1, render: 0.5, encode: 0.3 },
  },
  noiseFile: { path: '/library/noise/0123456789abcdef01234567.png', sha256: 'b'.repeat(64), bytes: 9876 },
};

/**
 * Imports `count` photos into a new album as `Importer` does. Answers the album.
 * @param factsAt what reading the n-th file tells
 */
export function importAlbum(catalog: Catalog, count: number, factsAt: (n: number) => PhotoFacts = factsOf): number {
  const albumId = catalog.albums.insert('Benchmark', 0, '/home/someone/Pictures/2026', NOW);
  for (let n = 0; n < count; n++) {
    const facts = factsAt(n);
    catalog.photos.findByPath(facts.info.path);
    catalog.photos.findByContent(facts.sha256);
    const photo = catalog.transaction(() => {
      catalog.photos.findByContent(facts.sha256);
      return catalog.photos.find(catalog.photos.insert(facts, NOW));
    });
    if (photo === undefined) throw new Error('a photo left the catalog');
    if (!catalog.albumPhotos.has(albumId, photo.photoId)) catalog.albumPhotos.put(albumId, photo.photoId, NOW);
  }
  return albumId;
}

/** Makes a job for the whole album as `JobQueue.protectAlbum` does. Answers it. */
export function makeJob(catalog: Catalog, albumId: number): number {
  return catalog.transaction(() => {
    const tasks = tasksFor(catalog.albumPhotos.ids(albumId));
    const jobId = catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, tasks, NOW);
    catalog.albumPhotos.settleJob(jobId);
    return jobId;
  });
}

/** What the window is told and asks when a photo has changed. */
function tellWindow(catalog: Catalog, albumId: number, photoId: number): void {
  for (const { jobId } of catalog.jobs.list()) catalog.jobs.counts(jobId);
  catalog.albumPhotos.find(albumId, photoId);
  catalog.albums.summaries();
}

/**
 * Takes up to `count` photos of the queue from waiting to done as `JobQueue` does. The queue tells the window at most ten
 * times a second; here it is told of every photo, as it is when a photo takes longer than that.
 */
export function finishPhotos(catalog: Catalog, count: number): void {
  for (let n = 0; n < count; n++) {
    const job = catalog.jobs.next();
    if (job === undefined) return;
    if (job.state === 'waiting') catalog.jobs.setState(job.jobId, 'running');
    const task = catalog.jobs.nextTask(job.jobId);
    if (task === undefined) {
      catalog.jobs.setState(job.jobId, 'done', NOW);
      return;
    }
    const photo = catalog.photos.find(task.photoId);
    if (photo === undefined) throw new Error('a photo left the catalog');
    catalog.transaction(() => {
      catalog.jobs.startTask(task.taskId);
      catalog.albumPhotos.settle(task.albumId, task.photoId);
    });
    tellWindow(catalog, job.albumId, photo.photoId);
    catalog.protections.findSame({
      albumId: job.albumId,
      photoId: photo.photoId,
      sourceSha256: photo.sha256,
      rhoU: job.rhoU,
      targetClass: job.targetClass,
      generatorSha256: GENERATOR.sha256,
      noiseVersion: REPORT.method.noiseVersion,
    });
    recordProtection(catalog, job, task, photo, REPORT, 1.9, NOW);
    tellWindow(catalog, job.albumId, photo.photoId);
  }
}

/** The queries that the window makes. `each` is for one photo, `whole` answers as much as there are photos. */
export const QUERIES: Readonly<
  Record<
    string,
    {
      kind: 'each' | 'whole';
      ask: (catalog: Catalog, album: { albumId: number; jobId: number; photoId: number }) => void;
    }
  >
> = {
  'albums with their counts': { kind: 'each', ask: (catalog) => void catalog.albums.summaries() },
  'jobs with their counts': {
    kind: 'each',
    ask: ({ jobs }) => jobs.list().forEach(({ jobId }) => jobs.counts(jobId)),
  },
  'one photo in the grid': {
    kind: 'each',
    ask: (catalog, { albumId, photoId }) => void catalog.albumPhotos.find(albumId, photoId),
  },
  'one photo’s details': {
    kind: 'each',
    ask: ({ photos, protections }, { photoId }) => {
      photos.find(photoId);
      protections.history(photoId);
    },
  },
  'all photos of an album, in pages': {
    kind: 'whole',
    ask: ({ albumPhotos }, { albumId }) => {
      let after: PhotoPlace | null = null;
      do {
        const { photos, next } = albumPhotos.page(albumId, after, after === null ? FIRST_PAGE : PAGE);
        toColumns(photos);
        after = next;
      } while (after !== null);
    },
  },
  'whether the album’s test is old': {
    kind: 'each',
    ask: ({ protectionTests, albumPhotos }, { albumId }) => {
      protectionTests.last(albumId);
      albumPhotos.newestProtection(albumId);
    },
  },
};
