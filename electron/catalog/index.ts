/**
 * The catalog: what the app knows of photos, albums, protections and their tests, jobs and exports. One SQLite file, one repository
 * for each group of tables; nothing outside this folder writes SQL.
 *
 * Conditions and limits take their values as `+?` or `+@name`. The plus changes no value, but it hides from SQLite's planner
 * that one is bound there: a statement whose planner has asked for a bound value is compiled anew whenever another is
 * bound, which took several times as long as most of the queries themselves.
 */
import type { Database } from 'better-sqlite3';
import { AlbumPhotos } from './albumPhotos.ts';
import { Albums } from './albums.ts';
import { isBackupDue, makeBackup } from './backups.ts';
import { Exports } from './exports.ts';
import { Jobs } from './jobs.ts';
import { backupFolder, closeDatabase, openDatabase, type OpenOptions } from './open.ts';
import { Photos } from './photos.ts';
import { Protections } from './protections.ts';
import { ProtectionTests } from './protectionTests.ts';

export { explainCatalogError, isCatalogError } from './errors.ts';
export { backupFolder } from './open.ts';
export type { AlbumRow } from './albums.ts';
export type { ExportRow } from './exports.ts';
export type { JobCounts, JobRow, TaskRow, TaskState } from './jobs.ts';
export type { PhotoFacts, PhotoRow } from './photos.ts';
export type { CopyRow, LibraryFile, NewCopy, NewProtection, ProtectionRow } from './protections.ts';
export type { ProtectionTestRow } from './protectionTests.ts';

export class Catalog {
  readonly photos: Photos;
  readonly albums: Albums;
  readonly albumPhotos: AlbumPhotos;
  readonly protections: Protections;
  readonly jobs: Jobs;
  readonly exports: Exports;
  readonly protectionTests: ProtectionTests;
  readonly #db: Database;
  readonly #folder: string;

  constructor(db: Database, folder: string) {
    this.#db = db;
    this.#folder = folder;
    this.photos = new Photos(db);
    this.albums = new Albums(db);
    this.albumPhotos = new AlbumPhotos(db);
    this.protections = new Protections(db);
    this.jobs = new Jobs(db);
    this.exports = new Exports(db);
    this.protectionTests = new ProtectionTests(db);
  }

  /** Does all of `work` or none of it. `work` must not await. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }

  /** Makes the daily whole copy, when it is due. */
  backUpIfDue(now: Date): void {
    const folder = backupFolder(this.#folder);
    if (isBackupDue(folder, now)) makeBackup(this.#db, folder, now);
  }

  /** The end of it; what is asked of it later throws. */
  close(): void {
    closeDatabase(this.#db, this.#folder);
  }
}

/** Opens (or makes) the catalog in `folder`; see {@link openDatabase} for what can go wrong. */
export function openCatalog(folder: string, options: OpenOptions = {}): { catalog: Catalog; notices: string[] } {
  const { db, notices } = openDatabase(folder, options);
  return { catalog: new Catalog(db, folder), notices };
}
