import type { Migration } from './index.ts';

/** Exports, and which copies each of them wrote (a copy without an export is the library's own). */
export const exportsMigration: Migration = {
  version: 4,
  name: 'exports',
  sql: `
    CREATE TABLE exports (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      album_id INTEGER NOT NULL REFERENCES albums (id),
      folder TEXT NOT NULL,
      format TEXT NOT NULL,
      quality INTEGER NOT NULL,
      long_edge INTEGER,
      colour TEXT NOT NULL,
      exif TEXT NOT NULL,
      naming TEXT NOT NULL,
      conflict TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
      total INTEGER NOT NULL,
      written INTEGER NOT NULL DEFAULT 0,
      skipped INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL
    ) STRICT;

    ALTER TABLE copies ADD COLUMN export_id INTEGER REFERENCES exports (id);
    CREATE INDEX copies_export ON copies (export_id) WHERE export_id IS NOT NULL;
  `,
};
