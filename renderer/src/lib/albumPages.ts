/** An album as it is read: a little at once, so that it can be shown, then the rest in pages that hold up nobody. */
import type { PhotoPlace, PhotoSummary } from '../../../electron/ipc/contract.ts';
import { request } from './api.ts';
import { fromColumns } from './photoColumns.ts';

/** More than the largest window shows of the smallest thumbnails. */
const FIRST = 500;
/** Taken in a few milliseconds, here and in the main process. */
const NEXT = 4000;
/** How long the window's own work may go before the rest, ms. */
const PATIENCE = 500;

/** The photos of an album in its order, page by page. */
export async function* albumPages(albumId: number): AsyncGenerator<PhotoSummary[]> {
  const read = (after: PhotoPlace | null, limit: number) => request('albums.photos', { albumId, after, limit });
  let { photos, next } = await read(null, FIRST);
  yield fromColumns(photos);
  if (next !== null) await idle();
  while (next !== null) {
    ({ photos, next } = await read(next, NEXT));
    yield fromColumns(photos);
  }
}

function idle(): Promise<unknown> {
  return new Promise((done) => requestIdleCallback(done, { timeout: PATIENCE }));
}
