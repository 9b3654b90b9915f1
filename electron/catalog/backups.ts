/** Whole copies of the catalog beside it: made before migrations and once a day, restored when it is damaged. */
import type { Database } from 'better-sqlite3';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

const NAME = /^catalog-\d{4}-\d{2}-\d{2}-\d{6}(-v\d+)?(-\d+)?\.db$/;
const KEPT = 7;
const DAY_MS = 24 * 3600 * 1000;

/** `2026-11-22-163240`: sorts by time, and is allowed in file names everywhere. */
export function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
}

/** `<folder>/<base>.db`, with a number behind it when that name is taken. */
export function freePath(folder: string, base: string): string {
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? `${base}.db` : `${base}-${n}.db`);
    if (!existsSync(path)) return path;
  }
}

/** The backups in `folder`, newest first. */
export function listBackups(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}

/**
 * Writes a whole copy of `db` into `folder`. Answers its path.
 * @param version of the catalog before a migration's step. Such a copy lets go of none: an old catalog takes many steps at
 * once, and the copy from before the first is the one to have. The next daily copy keeps the newest few of all.
 */
export function makeBackup(db: Database, folder: string, now: Date, version?: number): string {
  mkdirSync(folder, { recursive: true });
  const path = freePath(folder, `catalog-${stamp(now)}${version === undefined ? '' : `-v${version}`}`);
  const temporary = join(folder, `.stillgrain-${stamp(now)}.part`);
  removeTemporary(temporary);
  try {
    db.prepare('VACUUM INTO ?').run(temporary);
    flush(temporary);
    renameSync(temporary, path);
  } catch (thrown) {
    removeTemporary(temporary);
    throw thrown;
  }
  if (version === undefined) {
    for (const old of listBackups(folder).slice(KEPT)) rmSync(old, { force: true });
  }
  return path;
}

/** SQLite writes a journal beside it. */
function removeTemporary(path: string): void {
  for (const end of ['', '-journal']) rmSync(path + end, { force: true });
}

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** True when the newest backup is more than a day old, or there is none. */
export function isBackupDue(folder: string, now: Date): boolean {
  const newest = listBackups(folder)[0];
  return newest === undefined || now.getTime() - statSync(newest).mtimeMs > DAY_MS;
}
