/** The orders in which an album can be shown. */
import type { PhotoSummary } from '../../../electron/ipc/contract.ts';
import { STATUS_ORDER } from './status.ts';

export type SortKey = 'added' | 'name' | 'status';

export const SORTS: readonly { key: SortKey; label: string }[] = [
  { key: 'added', label: 'Order added' },
  { key: 'name', label: 'Name' },
  { key: 'status', label: 'Protection' },
];

/** Names as file managers order them: `IMG_2` before `IMG_10`, case ignored. */
const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The ids of `photos` in the order of `key`; ties keep the order in which the photos came. */
export function sortedIds(photos: readonly PhotoSummary[], key: SortKey): number[] {
  if (key === 'added') return photos.map((photo) => photo.photoId);
  const compare =
    key === 'name'
      ? (a: PhotoSummary, b: PhotoSummary) => names.compare(a.name, b.name)
      : (a: PhotoSummary, b: PhotoSummary) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status];
  return photos.toSorted(compare).map((photo) => photo.photoId);
}
