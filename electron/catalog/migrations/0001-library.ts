import type { Migration } from './index.ts';

/**
 * Photos, albums and which photo is in which album. A photo is its content (`sha256`); `path` is only where that
 * content was last seen. `album_photos.state` repeats what tasks and protections say so that counting a large
 * album reads one index; `AlbumPhotos.settle` is the only place that writes it.
 */
export const library: Migration = {
  version: 1,
  name: 'library',
  sql: `
    CREATE TABLE photos (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
      path TEXT NOT NULL,
      name TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      mtime_ms REAL NOT NULL,
      format TEXT NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      orientation INTEGER NOT NULL,
      bit_depth INTEGER NOT NULL,
      colour TEXT NOT NULL,
      has_alpha INTEGER NOT NULL,
      has_profile INTEGER NOT NULL,
      taken_at TEXT,
      imported_at TEXT NOT NULL,
      missing_since TEXT
    ) STRICT;
    CREATE INDEX photos_path ON photos (path);
    CREATE INDEX photos_name ON photos (name COLLATE NOCASE);

    CREATE TABLE albums (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      target_class INTEGER NOT NULL,
      folder TEXT,
      created_at TEXT NOT NULL,
      removed_at TEXT
    ) STRICT;
    CREATE INDEX albums_folder ON albums (folder) WHERE folder IS NOT NULL;

    CREATE TABLE album_photos (
      album_id INTEGER NOT NULL REFERENCES albums (id),
      photo_id INTEGER NOT NULL REFERENCES photos (id),
      position INTEGER NOT NULL,
      added_at TEXT NOT NULL,
      removed_at TEXT,
      state TEXT NOT NULL DEFAULT 'new'
        CHECK (state IN ('new', 'waiting', 'protecting', 'protected', 'stale', 'failed')),
      PRIMARY KEY (album_id, photo_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX album_photos_order ON album_photos (album_id, position);
    CREATE INDEX album_photos_state ON album_photos (album_id, state) WHERE removed_at IS NULL;
    CREATE INDEX album_photos_photo ON album_photos (photo_id);
  `,
};
