import type { PhotoColumns, PhotoStatusCodes, PhotoSummary } from '../../../electron/ipc/contract.ts';

const STATUSES: PhotoStatusCodes = ['new', 'waiting', 'protecting', 'protected', 'failed', 'missing', 'stale'];

/** The photos that came as columns. */
export function fromColumns(columns: PhotoColumns): PhotoSummary[] {
  const names = columns.names.split('/');
  const versions = columns.versions.split('/');
  return Array.from(columns.photoIds, (photoId, index) => ({
    photoId,
    name: names[index] ?? '',
    width: columns.widths[index] ?? 0,
    height: columns.heights[index] ?? 0,
    version: versions[index] ?? '',
    status: STATUSES[columns.statuses[index] ?? 0] ?? 'new',
    protectionId: columns.protectionIds[index] || null,
  }));
}
