/**
 * Opening the catalog, whatever state it is in. A catalog that cannot be used is never deleted and never written:
 * one from a newer version or in use elsewhere is refused, a damaged one is set aside under a dated name.
 */
import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import { freePath, listBackups, makeBackup, stamp } from './backups.ts';
import { Damaged, explainCatalogError } from './errors.ts';
import { migrate, versionOf } from './migrate.ts';
import { migrations, type Migration } from './migrations/index.ts';
import { leaveWholeMark, takeWholeMark } from './wholeMark.ts';

const BUSY_MS = 1500;

export interface OpenOptions {
  now?: () => Date;
  /** The steps to apply; a test may stop at an earlier version. */
  steps?: readonly Migration[];
}

export interface OpenDatabase {
  db: Database.Database;
  /** Sentences that the user should read once, for example that a damaged catalog was set aside. */
  notices: string[];
}

/** The catalog's file in the app's data folder. */
export function catalogFile(folder: string): string {
  return join(folder, 'catalog.db');
}

/** Where whole copies of the catalog are kept. */
export function backupFolder(folder: string): string {
  return join(folder, 'backups');
}

/** Looks without touching: refuses a newer catalog before anything could change a byte of it. */
function refuseNewer(path: string, newest: number): void {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  try {
    const version = versionOf(db);
    if (version > newest) {
      throw new UserError(
        'catalog-too-new',
        `The catalog was made by a newer Stillgrain (catalog version ${version}; this one knows ${newest}).`,
        'Install the newest Stillgrain; nothing in the catalog has been changed.',
        { file: path },
      );
    }
  } finally {
    db.close();
  }
}

function check(db: Database.Database): void {
  const answer: unknown = db.pragma('quick_check(1)', { simple: true });
  if (answer !== 'ok') throw new Damaged(String(answer));
}

function connect(folder: string, steps: readonly Migration[], now: () => Date): Database.Database {
  const path = catalogFile(folder);
  const newest = steps.at(-1)?.version ?? 0;
  if (existsSync(path)) refuseNewer(path, newest);
  const db = new Database(path, { timeout: BUSY_MS });
  try {
    // Held until we close: a second program gets SQLITE_BUSY instead of a share. A killed one holds nothing.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    // 16 MB of journal between checkpoints: in a large catalog the photos' hashes lie far apart, and each checkpoint waits for the disk.
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('foreign_keys = ON');
    // 192 MB hold all of 100,000 protected photos; fewer take less. What is larger than its cache reads pages again and
    // again, and most of all after a transaction that has filled it.
    db.pragma('cache_size = -196608');
    // Pages that a statement may have to give back are kept while it runs. Otherwise the first one that changes many opens a
    // file for them, and every later one of the same transaction writes to it.
    db.pragma('temp_store = MEMORY');
    db.exec('BEGIN IMMEDIATE; COMMIT');
    // Only now: while another program has it open, the mark is that one's to leave.
    if (!takeWholeMark(path)) check(db);
    migrate(db, steps, (version) => makeBackup(db, backupFolder(folder), now(), version));
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/** Moves the catalog and its journals out of the way. Answers the new name. */
function setAside(folder: string, now: Date): string {
  const from = catalogFile(folder);
  const to = freePath(folder, `catalog-damaged-${stamp(now)}`);
  for (const journal of ['-wal', '-shm', '']) {
    if (existsSync(from + journal)) renameSync(from + journal, to + journal);
  }
  return basename(to);
}

/** Puts the newest whole backup in the catalog's place. Answers its name, or null when there is none. */
function restore(folder: string): string | null {
  for (const backup of listBackups(backupFolder(folder))) {
    try {
      const db = new Database(backup, { readonly: true });
      try {
        check(db);
      } finally {
        db.close();
      }
      copyFileSync(backup, catalogFile(folder));
      return basename(backup);
    } catch (thrown) {
      const meaning = explainCatalogError(thrown, backup);
      if (!(meaning instanceof Damaged)) throw meaning;
    }
  }
  return null;
}

/**
 * Opens `<folder>/catalog.db`, makes it when there is none, and brings it to this version.
 * @throws UserError `catalog-locked`, `catalog-too-new`, `disk-full` or `unreadable`; in those cases the file is as
 * it was before.
 */
export function openDatabase(folder: string, options: OpenOptions = {}): OpenDatabase {
  const now = options.now ?? (() => new Date());
  const steps = options.steps ?? migrations;
  const path = catalogFile(folder);
  const notices: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    return { db: connect(folder, steps, now), notices };
  } catch (thrown) {
    const meaning = explainCatalogError(thrown, path);
    if (!(meaning instanceof Damaged)) throw meaning;
  }
  const aside = setAside(folder, now());
  const backup = restore(folder);
  notices.push(
    backup === null
      ? `The catalog was damaged. It has been kept as “${aside}”, and a new, empty one was begun: add your folders again. Your photos are untouched.`
      : `The catalog was damaged. It has been kept as “${aside}”, and the backup “${backup}” is used instead. Your photos are untouched.`,
  );
  try {
    return { db: connect(folder, steps, now), notices };
  } catch (thrown) {
    throw explainCatalogError(thrown, path);
  }
}

/** Closes the catalog in `folder`. It is read through now, when nobody waits, and not at the next start. */
export function closeDatabase(db: Database.Database, folder: string): void {
  const whole = isWhole(db);
  db.close();
  if (whole) leaveWholeMark(catalogFile(folder));
}

function isWhole(db: Database.Database): boolean {
  try {
    check(db);
    return true;
  } catch {
    return false; // The next start meets the same and sets it aside.
  }
}
