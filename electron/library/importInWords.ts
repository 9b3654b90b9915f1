import type { ImportResult } from '../ipc/contract.ts';
import { count, photos } from '../words.ts';

/** What came of an import, in sentences. */
export function importInWords({
  added,
  duplicates,
  ownCopies,
  failures,
  cancelled,
}: Omit<ImportResult, 'sentence'>): string {
  const sentences = [added === 0 ? 'No new photos were added.' : `${photos(added)} added.`];
  if (duplicates > 0) sentences.push(`${count(duplicates)} ${duplicates === 1 ? 'was' : 'were'} in the album already.`);
  if (ownCopies > 0) {
    const why = ownCopies === 1 ? 'was left out: it is a protected copy' : 'were left out: they are protected copies';
    sentences.push(`${count(ownCopies)} ${why} from an export.`);
  }
  if (failures.length > 0) sentences.push(`${count(failures.length)} could not be added.`);
  if (cancelled) sentences.push('The rest was left out because you cancelled.');
  return sentences.join(' ');
}
