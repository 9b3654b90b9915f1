import type { ImportResult } from '../ipc/contract.ts';
import { count, inWords, photos } from '../words.ts';

/** What came of an import, in sentences. */
export function importInWords({
  added,
  duplicates,
  foundAgain,
  broughtBack,
  ownCopies,
  failures,
  cancelled,
}: Omit<ImportResult, 'sentence'>): string {
  const sentences: string[] = [];
  if (broughtBack.length > 0) {
    const names = inWords(broughtBack.map((name) => `“${name}”`));
    const how = broughtBack.length === 1 ? 'was brought back as it was' : 'were brought back as they were';
    sentences.push(`${names} ${how}.`);
  }
  if (added > 0) sentences.push(`${photos(added)} added.`);
  else if (foundAgain === 0 && broughtBack.length === 0) sentences.push('No new photos were added.');
  if (foundAgain > 0) {
    const where = foundAgain === 1 ? 'was found again at its new place' : 'were found again at their new place';
    sentences.push(`${photos(foundAgain)} ${where}.`);
  }
  if (duplicates > 0) sentences.push(`${count(duplicates)} ${duplicates === 1 ? 'was' : 'were'} in the album already.`);
  if (ownCopies > 0) {
    const why = ownCopies === 1 ? 'was left out: it is a protected copy' : 'were left out: they are protected copies';
    sentences.push(`${count(ownCopies)} ${why} from an export.`);
  }
  if (failures.length > 0) sentences.push(`${count(failures.length)} could not be added.`);
  if (cancelled) sentences.push('The rest was left out because you cancelled.');
  return sentences.join(' ');
}
