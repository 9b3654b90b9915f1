/** Small file work that several rooms share: whole-or-nothing writes and the sweep of what a kill left behind. */
import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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

/** Writes `bytes` to `path` so that a reader sees the old file or the new one, never half of one. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = temporaryPath(dirname(path));
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** Removes the temporary files that a killed run left in `folder` (not below it). Answers how many. */
export async function sweepTemporaryFiles(folder: string): Promise<number> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return 0; // A folder that is not there holds no leftovers.
  }
  const leftovers = names.filter(isTemporaryName);
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true })));
  return leftovers.length;
}
