/**
 * A catalog that was found whole when it was closed is not read through again when it is opened: that takes as long as the
 * catalog is large, and the window waits for it. The mark is a small file beside the catalog that names its size and time.
 * It is gone while the catalog is open, so after a kill there is none.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const mark = z.object({ bytes: z.number(), mtimeMs: z.number() });

function markFile(catalog: string): string {
  return `${catalog}.whole.json`;
}

/** Takes the mark away. True when there was one and nobody has written to the file `catalog` since. */
export function takeWholeMark(catalog: string): boolean {
  const path = markFile(catalog);
  try {
    const { bytes, mtimeMs } = mark.parse(JSON.parse(readFileSync(path, 'utf8')));
    const now = statSync(catalog);
    return now.size === bytes && now.mtimeMs === mtimeMs;
  } catch {
    return false; // No mark, or half of one: the catalog is read through.
  } finally {
    rmSync(path, { force: true });
  }
}

/** Says that the file `catalog`, which is closed, is whole. */
export function leaveWholeMark(catalog: string): void {
  try {
    const { size: bytes, mtimeMs } = statSync(catalog);
    writeFileSync(markFile(catalog), JSON.stringify({ bytes, mtimeMs }));
  } catch {
    // Without a mark the next start only takes longer.
  }
}
