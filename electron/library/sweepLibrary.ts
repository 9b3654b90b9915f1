import { lstatSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Catalog } from '../catalog/index.ts';
import { COPIES_FOLDER, keyOf, NOISE_FOLDER } from '../jobs/names.ts';

export interface SweepParts {
  catalog: Catalog;
  /** The folder that holds the catalog, the noise and the copies. */
  dataFolder: string;
  /** Only files that were last written to before this time (in milliseconds since 1970) are looked at. */
  writtenBefore: number;
  /** Ends the sweep: the catalog is about to be closed. */
  signal: AbortSignal;
}

/** So many names are looked up before the rest of the program has its turn. */
const AT_ONCE = 50;

/**
 * Removes the copies and the noise of tasks that are over and have recorded none: work that was called off late, or whose
 * original changed meanwhile, has left them. A file that no task of this catalog has written stays: it may be of a catalog
 * that was moved away, was damaged, or is newer than this backup of it, and may come back. What goes wrong is left for the
 * next start.
 */
export async function sweepLibrary(parts: SweepParts): Promise<void> {
  try {
    for (const folder of [COPIES_FOLDER, NOISE_FOLDER]) await sweep(parts, folder);
  } catch (thrown) {
    // Of a catalog that is being closed nothing is to be had, and nothing to tell.
    if (!parts.signal.aborted) console.error(thrown);
  }
}

async function sweep({ catalog, dataFolder, writtenBefore, signal }: SweepParts, folder: string): Promise<void> {
  const names = await readdir(join(dataFolder, folder));
  for (const [n, name] of names.entries()) {
    if (n % AT_ONCE === 0) await setImmediate();
    if (signal.aborted) return;
    const key = keyOf(folder, name);
    // No pause from here on: a task that is taken up again writes to the same names.
    if (key === null || !isLeftOver(catalog, key, `${folder}/${name}`)) continue;
    removeFile(join(dataFolder, folder, name), writtenBefore);
  }
}

/** Whether the task that wrote this file is over, and nothing refers to the file. */
function isLeftOver({ jobs, protections }: Catalog, key: string, file: string): boolean {
  const task = jobs.findTaskByKey(key);
  if (task === undefined || task.state === 'waiting' || task.state === 'running') return false;
  const protection = protections.findByKey(key);
  if (protection === undefined) return true;
  return file !== protection.noiseFile && file !== protections.libraryCopy(protection.protectionId)?.file;
}

function removeFile(path: string, writtenBefore: number): void {
  try {
    const there = lstatSync(path);
    if (there.isFile() && there.mtimeMs < writtenBefore) rmSync(path);
  } catch {
    // It has gone, or another program has it open: another start may.
  }
}
