import type { Migration } from './index.ts';

/**
 * Protections (every setting that made the noise, and its figures) and copies. `source_sha256` is the content that
 * was protected: a photo whose file has changed since is told by it. Files of the library's own are named relative
 * to the folder that holds the catalog, so that the whole may be moved; exported copies have absolute paths.
 */
export const protections: Migration = {
  version: 2,
  name: 'protections',
  sql: `
    CREATE TABLE protections (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT NOT NULL UNIQUE,
      album_id INTEGER NOT NULL REFERENCES albums (id),
      photo_id INTEGER NOT NULL REFERENCES photos (id),
      source_sha256 TEXT NOT NULL,
      rho_u REAL NOT NULL,
      target_class INTEGER NOT NULL,
      seed INTEGER NOT NULL,
      steps INTEGER NOT NULL,
      views INTEGER NOT NULL,
      alpha_u REAL NOT NULL,
      rho_r REAL NOT NULL,
      noise_version INTEGER NOT NULL,
      generator TEXT NOT NULL,
      generator_sha256 TEXT NOT NULL,
      runtime TEXT NOT NULL,
      loss_before REAL NOT NULL,
      loss_after REAL NOT NULL,
      seconds_decode REAL NOT NULL,
      seconds_noise REAL NOT NULL,
      noise_file TEXT NOT NULL,
      noise_sha256 TEXT NOT NULL,
      noise_bytes INTEGER NOT NULL,
      noise_width INTEGER NOT NULL,
      noise_height INTEGER NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX protections_photo ON protections (photo_id, album_id, id);

    CREATE TABLE copies (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      protection_id INTEGER NOT NULL REFERENCES protections (id),
      file TEXT NOT NULL,
      format TEXT NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      lossless INTEGER NOT NULL,
      max_abs REAL NOT NULL,
      psnr REAL,
      ssim REAL NOT NULL,
      seconds_decode REAL NOT NULL,
      seconds_render REAL NOT NULL,
      seconds_encode REAL NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX copies_protection ON copies (protection_id);

    ALTER TABLE album_photos ADD COLUMN protection_id INTEGER REFERENCES protections (id);
  `,
};
