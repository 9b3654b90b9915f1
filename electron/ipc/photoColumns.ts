import type { PhotoColumns, PhotoStatusCodes, PhotoSummary } from './contract.ts';

const STATUSES: PhotoStatusCodes = ['new', 'waiting', 'protecting', 'protected', 'failed', 'missing', 'stale'];

/** `photos` as columns: a thousand of them cross to the window at the cost of a few objects. */
export function toColumns(photos: readonly PhotoSummary[]): PhotoColumns {
  return {
    photoIds: Float64Array.from(photos, (photo) => photo.photoId),
    names: photos.map((photo) => photo.name).join('/'),
    widths: Uint32Array.from(photos, (photo) => photo.width),
    heights: Uint32Array.from(photos, (photo) => photo.height),
    versions: photos.map((photo) => photo.version).join('/'),
    statuses: Uint8Array.from(photos, (photo) => STATUSES.indexOf(photo.status)),
    protectionIds: Float64Array.from(photos, (photo) => photo.protectionId ?? 0),
  };
}
