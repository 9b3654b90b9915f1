import type { Database } from 'better-sqlite3';
import { UserError } from '../../engine/errors.ts';
import type { AlbumSummary } from '../ipc/contract.ts';

export interface AlbumRow {
  albumId: number;
  name: string;
  targetClass: number;
  /** Real path of the folder that it was made from, or null. */
  folder: string | null;
  createdAt: string;
  removedAt: string | null;
}

const COLUMNS = `id AS albumId, name, target_class AS targetClass, folder, created_at AS createdAt,
  removed_at AS removedAt`;

const SUMMARY = `
  SELECT a.id AS albumId, a.name AS name, a.target_class AS targetClass,
    (SELECT coalesce(sum(c.photos), 0) FROM album_counts c WHERE c.album_id = a.id) AS photos,
    coalesce((SELECT c.photos FROM album_counts c WHERE c.album_id = a.id AND c.state = 'protected'), 0) AS protected,
    coalesce((SELECT c.photos FROM album_counts c WHERE c.album_id = a.id AND c.state = 'failed'), 0) AS failed,
    cover.id AS coverPhotoId, substr(cover.sha256, 1, 12) AS coverVersion
  FROM albums a LEFT JOIN photos cover ON cover.id = (SELECT s.photo_id FROM album_photos s
    WHERE s.album_id = a.id AND s.removed_at IS NULL ORDER BY s.position LIMIT 1)`;

/** The table `albums`. An album that is removed keeps its row: its target class is remembered for ever. */
export class Albums {
  readonly #byId;
  readonly #byFolder;
  readonly #removedByFolder;
  readonly #withFolder;
  readonly #insert;
  readonly #rename;
  readonly #setFolder;
  readonly #setRemoved;
  readonly #summary;
  readonly #summaries;
  readonly #classes;

  constructor(db: Database) {
    this.#byId = db.prepare<[number], AlbumRow>(`SELECT ${COLUMNS} FROM albums WHERE id = +?`);
    this.#byFolder = db.prepare<[string], AlbumRow>(
      `SELECT ${COLUMNS} FROM albums WHERE folder = +? AND removed_at IS NULL ORDER BY id LIMIT 1`,
    );
    this.#removedByFolder = db.prepare<[string], AlbumRow>(
      `SELECT ${COLUMNS} FROM albums WHERE folder = +? AND removed_at IS NOT NULL ORDER BY removed_at DESC LIMIT 1`,
    );
    this.#withFolder = db.prepare<[], AlbumRow & { folder: string }>(
      `SELECT ${COLUMNS} FROM albums WHERE folder IS NOT NULL AND removed_at IS NULL ORDER BY id`,
    );
    this.#insert = db.prepare<[{ name: string; targetClass: number; folder: string | null; now: string }]>(
      'INSERT INTO albums (name, target_class, folder, created_at) VALUES (@name, @targetClass, @folder, @now)',
    );
    this.#rename = db.prepare<[string, number]>('UPDATE albums SET name = ? WHERE id = +?');
    this.#setFolder = db.prepare<[string, number]>('UPDATE albums SET folder = ? WHERE id = +?');
    this.#setRemoved = db.prepare<[string | null, number]>('UPDATE albums SET removed_at = ? WHERE id = +?');
    this.#summary = db.prepare<[number], AlbumSummary>(`${SUMMARY} WHERE a.id = +? AND a.removed_at IS NULL`);
    this.#summaries = db.prepare<[], AlbumSummary>(`${SUMMARY} WHERE a.removed_at IS NULL ORDER BY a.id`);
    this.#classes = db.prepare<[], { targetClass: number }>(
      'SELECT target_class AS targetClass FROM albums ORDER BY id',
    );
  }

  /** The album, removed or not. @throws UserError when there never was such an album. */
  get(albumId: number): AlbumRow {
    const row = this.#byId.get(albumId);
    if (row === undefined) {
      throw new UserError('bad-setting', 'This album is no longer in the catalog.', 'Choose another album.');
    }
    return row;
  }

  /** The album, when it is there to work with. @throws UserError when it has been removed. */
  present(albumId: number): AlbumRow {
    const row = this.get(albumId);
    if (row.removedAt !== null) {
      throw new UserError('bad-setting', `The album “${row.name}” has been removed.`, 'Choose another album.');
    }
    return row;
  }

  /** The album that was made from this folder (its real path) and is still there. */
  findByFolder(folder: string): AlbumRow | undefined {
    return this.#byFolder.get(folder);
  }

  /** The album that was made from this folder (its real path) and removed; of several the last. */
  findRemovedByFolder(folder: string): AlbumRow | undefined {
    return this.#removedByFolder.get(folder);
  }

  /** The albums that were made from a folder and are still there. */
  withFolder(): (AlbumRow & { folder: string })[] {
    return this.#withFolder.all();
  }

  insert(name: string, targetClass: number, folder: string | null, now: string): number {
    return Number(this.#insert.run({ name, targetClass, folder, now }).lastInsertRowid);
  }

  rename(albumId: number, name: string): void {
    this.#rename.run(name, albumId);
  }

  /** The folder that the album was made from is found at another place now (its real path). */
  setFolder(albumId: number, folder: string): void {
    this.#setFolder.run(folder, albumId);
  }

  /** Removes an album from sight, or with null brings it back. */
  setRemoved(albumId: number, at: string | null): void {
    this.#setRemoved.run(at, albumId);
  }

  summary(albumId: number): AlbumSummary {
    this.present(albumId);
    const row = this.#summary.get(albumId);
    if (row === undefined) throw new Error(`album ${albumId} has no summary`);
    return row;
  }

  summaries(): AlbumSummary[] {
    return this.#summaries.all();
  }

  /** The target class of every album that ever was, removed ones too, oldest first. */
  usedTargetClasses(): number[] {
    return this.#classes.all().map((row) => row.targetClass);
  }
}
