/** What the library's copies take of the disk, in sentences. */
import type { FreedSpace, LibraryUsage } from '../../../electron/ipc/contract.ts';
import { bytes, plural } from './format.ts';

/** How much the copies take, what Free space would delete, and what stays. */
export function usageInWords({ copies, unneeded }: LibraryUsage): string {
  if (copies.files === 0) return 'There are no protected copies in the library.';
  const all = `The library’s ${plural(copies.files, 'copy', 'copies')} take${copies.files === 1 ? 's' : ''} ${bytes(copies.bytes)}.`;
  if (unneeded.files === 0) return `${all} Your albums need all of it.`;
  return (
    `${all} Free space deletes ${bytes(unneeded.bytes)} of that: ${plural(unneeded.files, 'copy', 'copies')} of earlier ` +
    'protections and of albums and photos that you removed. Your originals, your exports, the noise and the present ' +
    'copies of your albums stay. A deleted copy is made again when it is needed, if its original is still there.'
  );
}

/** What has come of it. */
export function freedInWords({ files, bytes: freed, failed }: FreedSpace): string {
  const done = files === 0 ? 'Nothing was deleted.' : `${bytes(freed)} freed.`;
  if (failed === 0) return done;
  return `${done} ${plural(failed, 'copy', 'copies')} could not be deleted: close other programs that may have ${failed === 1 ? 'it' : 'them'} open, then try again.`;
}
