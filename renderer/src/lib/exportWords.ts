/** What an export should not do without a word. */
import type { PhotoStatus } from '../../../electron/ipc/contract.ts';
import { count } from './format.ts';

/** What is not as a user may think of the photos that are to be exported, all of which have a protection. */
export function exportWarning(statuses: readonly PhotoStatus[]): string {
  const number = (...wanted: PhotoStatus[]) => statuses.filter((status) => wanted.includes(status)).length;
  const earlier = number('waiting', 'protecting', 'failed');
  const gone = number('stale', 'missing');
  return [
    earlier > 0
      ? `${count(earlier)} of the photos still ${earlier === 1 ? 'has' : 'have'} an earlier protection, as a newer one ` +
        'is not done or has failed. The earlier one is written.'
      : '',
    gone > 0
      ? `${count(gone)} cannot be written: ${gone === 1 ? 'its original' : 'their originals'} changed since, or ` +
        `${gone === 1 ? 'is' : 'are'} not found.`
      : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
