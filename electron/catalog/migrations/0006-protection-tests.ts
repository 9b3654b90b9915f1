import type { Migration } from './index.ts';

/**
 * What tests of an album's protection found: `noise` and `result` are JSON as `ipc/protectionTest.ts` describes it.
 * `newest_protection_id` is the album's newest protection at that time: a later one makes the test an old one.
 */
export const protectionTests: Migration = {
  version: 6,
  name: 'protection tests',
  sql: `
    CREATE TABLE protection_tests (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      album_id INTEGER NOT NULL REFERENCES albums (id) ON DELETE CASCADE,
      newest_protection_id INTEGER NOT NULL REFERENCES protections (id),
      noise TEXT NOT NULL CHECK (json_valid(noise)),
      result TEXT NOT NULL CHECK (json_valid(result)),
      finished_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX protection_tests_album ON protection_tests (album_id, id);
  `,
};
