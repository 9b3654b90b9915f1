import type { Database } from 'better-sqlite3';
import type { PhotoInfo } from '../../engine/photo/types.ts';

/** One photo: what its content is, and where that content was last seen. */
export interface PhotoRow {
  photoId: number;
  sha256: string;
  path: string;
  name: string;
  bytes: number;
  mtimeMs: number;
  format: string;
  /** Pixels as stored, before the orientation is applied. */
  width: number;
  height: number;
  orientation: number;
  bitDepth: number;
  colour: string;
  hasAlpha: number;
  hasProfile: number;
  takenAt: string | null;
  importedAt: string;
  missingSince: string | null;
}

/** What reading a file tells about it. */
export interface PhotoFacts {
  sha256: string;
  name: string;
  mtimeMs: number;
  info: PhotoInfo;
}

const COLUMNS = `id AS photoId, sha256, path, name, bytes, mtime_ms AS mtimeMs, format, width, height, orientation,
  bit_depth AS bitDepth, colour, has_alpha AS hasAlpha, has_profile AS hasProfile, taken_at AS takenAt,
  imported_at AS importedAt, missing_since AS missingSince`;

interface FactColumns {
  sha256: string;
  path: string;
  name: string;
  bytes: number;
  mtimeMs: number;
  format: string;
  width: number;
  height: number;
  orientation: number;
  bitDepth: number;
  colour: string;
  hasAlpha: number;
  hasProfile: number;
  takenAt: string | null;
}

function columnsOf(facts: PhotoFacts): FactColumns {
  const { info } = facts;
  return {
    sha256: facts.sha256,
    path: info.path,
    name: facts.name,
    bytes: info.bytes,
    mtimeMs: facts.mtimeMs,
    format: info.format,
    width: info.width,
    height: info.height,
    orientation: info.orientation,
    bitDepth: info.bitDepth,
    colour: info.colour,
    hasAlpha: info.hasAlpha ? 1 : 0,
    hasProfile: info.hasProfile ? 1 : 0,
    takenAt: info.takenAt,
  };
}

/** The table `photos`. */
export class Photos {
  readonly #byId;
  readonly #bySha256;
  readonly #byPath;
  readonly #byName;
  readonly #insert;
  readonly #replace;
  readonly #moved;
  readonly #missing;
  readonly #seen;

  constructor(db: Database) {
    this.#byId = db.prepare<[number], PhotoRow>(`SELECT ${COLUMNS} FROM photos WHERE id = +?`);
    this.#bySha256 = db.prepare<[string], PhotoRow>(`SELECT ${COLUMNS} FROM photos WHERE sha256 = +?`);
    this.#byPath = db.prepare<[string], PhotoRow>(
      `SELECT ${COLUMNS} FROM photos WHERE path = +? ORDER BY id DESC LIMIT 1`,
    );
    this.#byName = db.prepare<[string], { path: string }>('SELECT path FROM photos WHERE name = +? COLLATE NOCASE');
    this.#insert = db.prepare<[FactColumns & { importedAt: string }]>(`
      INSERT INTO photos (sha256, path, name, bytes, mtime_ms, format, width, height, orientation, bit_depth, colour,
        has_alpha, has_profile, taken_at, imported_at)
      VALUES (@sha256, @path, @name, @bytes, @mtimeMs, @format, @width, @height, @orientation, @bitDepth, @colour,
        @hasAlpha, @hasProfile, @takenAt, @importedAt)`);
    this.#replace = db.prepare<[FactColumns & { photoId: number }]>(`
      UPDATE photos SET sha256 = @sha256, path = @path, name = @name, bytes = @bytes, mtime_ms = @mtimeMs,
        format = @format, width = @width, height = @height, orientation = @orientation, bit_depth = @bitDepth,
        colour = @colour, has_alpha = @hasAlpha, has_profile = @hasProfile, taken_at = @takenAt, missing_since = NULL
      WHERE id = +@photoId`);
    this.#moved = db.prepare<[{ photoId: number; path: string; name: string; mtimeMs: number }]>(
      'UPDATE photos SET path = @path, name = @name, mtime_ms = @mtimeMs, missing_since = NULL WHERE id = +@photoId',
    );
    this.#missing = db.prepare<[string, number]>('UPDATE photos SET missing_since = ? WHERE id = +?');
    this.#seen = db.prepare<[number]>('UPDATE photos SET missing_since = NULL WHERE id = +?');
  }

  find(photoId: number): PhotoRow | undefined {
    return this.#byId.get(photoId);
  }

  findByContent(sha256: string): PhotoRow | undefined {
    return this.#bySha256.get(sha256);
  }

  /** The photo whose content was last seen at exactly this path. */
  findByPath(path: string): PhotoRow | undefined {
    return this.#byPath.get(path);
  }

  /** Paths of all photos of this name, whatever its case. */
  pathsByName(name: string): string[] {
    return this.#byName.all(name).map((row) => row.path);
  }

  /** Adds a photo whose content is not known yet. Answers its id. */
  insert(facts: PhotoFacts, now: string): number {
    return Number(this.#insert.run({ ...columnsOf(facts), importedAt: now }).lastInsertRowid);
  }

  /** The file behind this photo has new content: the row follows it, its protections keep the hash they were made of. */
  replaceContent(photoId: number, facts: PhotoFacts): void {
    this.#replace.run({ ...columnsOf(facts), photoId });
  }

  /** The same content was found at `path`. */
  moveTo(photoId: number, path: string, name: string, mtimeMs: number): void {
    this.#moved.run({ photoId, path, name, mtimeMs });
  }

  setMissing(photoId: number, since: string | null): void {
    if (since === null) this.#seen.run(photoId);
    else this.#missing.run(since, photoId);
  }
}
