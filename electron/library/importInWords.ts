import type { ImportResult } from '../ipc/contract.ts';
import { count, photos } from '../words.ts';

/** What came of an import, in sentences. */
export function importInWords({ added, duplicates, failures, cancelled }: Omit<ImportResult, 'sentence'>): string {
  const sentences = [added === 0 ? 'No new photos were added.' : `${photos(added)} added.`];
  if (duplicates > 0) sentences.push(`${count(duplicates)} ${duplicates === 1 ? 'was' : 'were'} in the album already.`);
  if (failures.length > 0) sentences.push(`${count(failures.length)} could not be added.`);
  if (cancelled) sentences.push('The rest was left out because you cancelled.');
  return sentences.join(' ');
}
