import type { Database } from 'better-sqlite3';
import type { ProtectionDetails } from '../ipc/contract.ts';

/** A protection as it is stored: every setting, the figures of its noise, its noise file. */
export interface NewProtection {
  key: string;
  albumId: number;
  photoId: number;
  /** The content that was protected. */
  sourceSha256: string;
  rhoU: number;
  targetClass: number;
  seed: number;
  steps: number;
  views: number;
  alphaU: number;
  rhoR: number;
  /** μ, 0 for none. */
  momentum: number;
  noiseVersion: number;
  generator: string;
  generatorSha256: string;
  runtime: string;
  lossBefore: number;
  lossAfter: number;
  secondsDecode: number;
  secondsNoise: number;
  /** Relative to the folder that holds the catalog. */
  noiseFile: string;
  noiseSha256: string;
  noiseBytes: number;
  noiseWidth: number;
  noiseHeight: number;
}

export interface ProtectionRow extends NewProtection {
  protectionId: number;
  createdAt: string;
}

/** A rendering of a photo with its noise. */
export interface NewCopy {
  protectionId: number;
  /** The library's own copy: relative to the folder that holds the catalog. An exported one: absolute. */
  file: string;
  format: string;
  width: number;
  height: number;
  bytes: number;
  lossless: number;
  maxAbs: number;
  psnr: number | null;
  ssim: number;
  secondsDecode: number;
  secondsRender: number;
  secondsEncode: number;
  exportId: number | null;
}

export interface CopyRow extends NewCopy {
  copyId: number;
  createdAt: string;
}

/** Where an export has written a copy; of two in one place the one with the greater number is there. */
export interface ExportedCopy {
  copyId: number;
  file: string;
}

/** Where the library keeps its copy of a protection, relative to the folder that holds the catalog. */
export interface LibraryFile {
  protectionId: number;
  file: string;
}

/** What makes two protections of one photo in one album the same: doing it again would add nothing. */
export interface SameProtection {
  albumId: number;
  photoId: number;
  sourceSha256: string;
  rhoU: number;
  targetClass: number;
  generatorSha256: string;
  noiseVersion: number;
}

const COLUMNS = `id AS protectionId, key, album_id AS albumId, photo_id AS photoId, source_sha256 AS sourceSha256,
  rho_u AS rhoU, target_class AS targetClass, seed, steps, views, alpha_u AS alphaU, rho_r AS rhoR, momentum,
  noise_version AS noiseVersion, generator, generator_sha256 AS generatorSha256, runtime, loss_before AS lossBefore,
  loss_after AS lossAfter, seconds_decode AS secondsDecode, seconds_noise AS secondsNoise, noise_file AS noiseFile,
  noise_sha256 AS noiseSha256, noise_bytes AS noiseBytes, noise_width AS noiseWidth, noise_height AS noiseHeight,
  created_at AS createdAt`;

const COPY_COLUMNS = `id AS copyId, protection_id AS protectionId, file, format, width, height, bytes, lossless,
  max_abs AS maxAbs, psnr, ssim, seconds_decode AS secondsDecode, seconds_render AS secondsRender,
  seconds_encode AS secondsEncode, export_id AS exportId, created_at AS createdAt`;

/**
 * Condition on a protection `pr`: it is the present one of a photo in an album, or a job is to work on that photo and may
 * find that it has this protection already.
 */
const IN_USE = `(
  EXISTS (SELECT 1 FROM album_photos ap JOIN albums a ON a.id = ap.album_id
    WHERE ap.album_id = pr.album_id AND ap.photo_id = pr.photo_id AND ap.protection_id = pr.id
      AND ap.removed_at IS NULL AND a.removed_at IS NULL)
  OR EXISTS (SELECT 1 FROM tasks t
    WHERE t.photo_id = pr.photo_id AND t.album_id = pr.album_id AND t.state IN ('waiting', 'running')))`;

/** The tables `protections` and `copies`. Rows are only added: a photo's history is kept. */
export class Protections {
  readonly #byId;
  readonly #same;
  readonly #history;
  readonly #insert;
  readonly #insertCopy;
  readonly #libraryCopy;
  readonly #exportCopies;
  readonly #exportedCopies;
  readonly #exportedBytes;
  readonly #byKey;
  readonly #unneeded;
  readonly #inUse;

  constructor(db: Database) {
    this.#byId = db.prepare<[number], ProtectionRow>(`SELECT ${COLUMNS} FROM protections WHERE id = +?`);
    this.#same = db.prepare<[SameProtection], ProtectionRow>(`
      SELECT ${COLUMNS} FROM protections
      WHERE photo_id = +@photoId AND album_id = +@albumId AND source_sha256 = +@sourceSha256 AND rho_u = +@rhoU
        AND target_class = +@targetClass AND generator_sha256 = +@generatorSha256
        AND noise_version = +@noiseVersion
      ORDER BY id DESC LIMIT 1`);
    this.#history = db.prepare<[number], ProtectionDetails>(`
      SELECT pr.id AS protectionId, a.name AS albumName, pr.created_at AS createdAt, pr.rho_u AS rhoU,
        pr.target_class AS targetClass, pr.seed AS seed, pr.steps AS steps, pr.views AS views, pr.alpha_u AS alphaU,
        pr.rho_r AS rhoR, pr.momentum AS momentum, pr.generator AS generator, pr.generator_sha256 AS generatorSha256,
        pr.runtime AS runtime,
        pr.loss_before AS lossBefore, pr.loss_after AS lossAfter, c.max_abs AS maxAbs, c.psnr AS psnr, c.ssim AS ssim,
        pr.seconds_decode + pr.seconds_noise + c.seconds_render + c.seconds_encode AS seconds,
        c.format AS copyFormat, c.bytes AS copyBytes, pr.noise_sha256 AS noiseSha256
      FROM protections pr
      JOIN albums a ON a.id = pr.album_id
      JOIN copies c ON c.protection_id = pr.id AND c.export_id IS NULL
      WHERE pr.photo_id = +? ORDER BY pr.id DESC`);
    this.#insert = db.prepare<[NewProtection & { now: string }]>(`
      INSERT INTO protections (key, album_id, photo_id, source_sha256, rho_u, target_class, seed, steps, views, alpha_u,
        rho_r, momentum, noise_version, generator, generator_sha256, runtime, loss_before, loss_after, seconds_decode,
        seconds_noise, noise_file, noise_sha256, noise_bytes, noise_width, noise_height, created_at)
      VALUES (@key, @albumId, @photoId, @sourceSha256, @rhoU, @targetClass, @seed, @steps, @views, @alphaU, @rhoR,
        @momentum, @noiseVersion, @generator, @generatorSha256, @runtime, @lossBefore, @lossAfter, @secondsDecode, @secondsNoise,
        @noiseFile, @noiseSha256, @noiseBytes, @noiseWidth, @noiseHeight, @now)`);
    this.#insertCopy = db.prepare<[NewCopy & { now: string }]>(`
      INSERT INTO copies (protection_id, file, format, width, height, bytes, lossless, max_abs, psnr, ssim,
        seconds_decode, seconds_render, seconds_encode, export_id, created_at)
      VALUES (@protectionId, @file, @format, @width, @height, @bytes, @lossless, @maxAbs, @psnr, @ssim,
        @secondsDecode, @secondsRender, @secondsEncode, @exportId, @now)`);
    this.#libraryCopy = db.prepare<[number], CopyRow>(
      `SELECT ${COPY_COLUMNS} FROM copies WHERE protection_id = +? AND export_id IS NULL ORDER BY id DESC LIMIT 1`,
    );
    this.#exportCopies = db.prepare<[number], CopyRow>(
      `SELECT ${COPY_COLUMNS} FROM copies WHERE export_id = +? ORDER BY id`,
    );
    this.#exportedCopies = db.prepare<[number], ExportedCopy>(`
      SELECT c.id AS copyId, c.file AS file FROM protections pr JOIN copies c ON c.protection_id = pr.id
      WHERE pr.photo_id = +? AND c.export_id IS NOT NULL ORDER BY c.id DESC`);
    this.#exportedBytes = db.prepare<[string], { bytes: number }>(
      'SELECT bytes FROM copies WHERE file = +? AND export_id IS NOT NULL ORDER BY id DESC LIMIT 1',
    );
    this.#byKey = db.prepare<[string], ProtectionRow>(`SELECT ${COLUMNS} FROM protections WHERE key = +?`);
    this.#unneeded = db.prepare<[], LibraryFile>(`
      SELECT pr.id AS protectionId, c.file AS file FROM protections pr
      JOIN copies c ON c.protection_id = pr.id AND c.export_id IS NULL WHERE NOT ${IN_USE} ORDER BY pr.id`);
    this.#inUse = db.prepare<[number], { id: number }>(
      `SELECT pr.id AS id FROM protections pr WHERE pr.id = +? AND ${IN_USE}`,
    );
  }

  find(protectionId: number): ProtectionRow | undefined {
    return this.#byId.get(protectionId);
  }

  /** The newest protection that was made with exactly these settings. */
  findSame(settings: SameProtection): ProtectionRow | undefined {
    return this.#same.get(settings);
  }

  /** Every protection of a photo, newest first, with the figures of the library's copy. */
  history(photoId: number): ProtectionDetails[] {
    return this.#history.all(photoId);
  }

  insert(protection: NewProtection, now: string): number {
    return Number(this.#insert.run({ ...protection, now }).lastInsertRowid);
  }

  insertCopy(copy: NewCopy, now: string): void {
    this.#insertCopy.run({ ...copy, now });
  }

  /** The copy that the library keeps of a protection. */
  libraryCopy(protectionId: number): CopyRow | undefined {
    return this.#libraryCopy.get(protectionId);
  }

  /** The copies that an export wrote, in the order they were written. */
  exportCopies(exportId: number): CopyRow[] {
    return this.#exportCopies.all(exportId);
  }

  /** Where exports have written copies of a photo, newest first; the files may have gone since. */
  exportedCopies(photoId: number): ExportedCopy[] {
    return this.#exportedCopies.all(photoId);
  }

  /** How large the copy is that an export wrote last at exactly this path; null when none did. */
  exportedBytes(path: string): number | null {
    return this.#exportedBytes.get(path)?.bytes ?? null;
  }

  /** The protection whose files have this key in their names. */
  findByKey(key: string): ProtectionRow | undefined {
    return this.#byKey.get(key);
  }

  /** The library's copies that show no photo of an album as it is protected now; the files may have gone since. */
  unneededCopies(): LibraryFile[] {
    return this.#unneeded.all();
  }

  /** True when a photo of an album has this protection now, or a job may be about to find that it has. */
  isInUse(protectionId: number): boolean {
    return this.#inUse.get(protectionId) !== undefined;
  }
}
