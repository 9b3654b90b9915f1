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

/** `photos` in the order of `key`; ties keep the order in which they came. */
export function sorted(photos: readonly PhotoSummary[], key: SortKey): readonly PhotoSummary[] {
  switch (key) {
    case 'added':
      return photos;
    case 'name':
      return photos.toSorted((a, b) => names.compare(a.name, b.name));
    case 'status':
      return photos.toSorted((a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status]);
  }
}
