/** Temporary files: what they are called, and the sweep of what a kill left behind. */
import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Every temporary file of ours is called like this (and SQLite's journal of it), so that the sweep can tell it from a user's file. */
const TEMPORARY = /^\.stillgrain-.*\.part(\.[a-z0-9]+|-journal)?$/i;

/** True for the name (not the path) of a temporary file of ours. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

/** A fresh temporary path in `folder`; the sweep knows its form. */
export function temporaryPath(folder: string): string {
  return join(folder, `.stillgrain-${randomBytes(8).toString('hex')}.part`);
}

/**
 * Removes the temporary files that a killed run left in `folder` (not below it), but for those that cannot be removed
 * (another program has it open, the folder is read-only): the next sweep may. Answers how many.
 * @param writtenBefore where others may be writing at this moment: only those that were last written to before this time
 * (in milliseconds since 1970)
 */
export async function sweepTemporaryFiles(folder: string, writtenBefore = Infinity): Promise<number> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return 0; // A folder that is not there holds no leftovers.
  }
  let swept = 0;
  for (const path of names.filter(isTemporaryName).map((name) => join(folder, name))) {
    const left = await stat(path).catch(() => null);
    if (left === null || left.mtimeMs >= writtenBefore) continue;
    await rm(path, { force: true }).then(
      () => swept++,
      () => undefined,
    );
  }
  return swept;
}
