import type { Migration } from './index.ts';

/**
 * Jobs and their tasks, one for each photo: rows before any work starts. A task's `key` names its files, so a photo
 * that is done again after a kill writes the same names again.
 */
export const jobs: Migration = {
  version: 3,
  name: 'jobs',
  sql: `
    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      album_id INTEGER NOT NULL REFERENCES albums (id),
      rho_u REAL NOT NULL,
      seed INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'done', 'cancelled')),
      created_at TEXT NOT NULL,
      finished_at TEXT,
      cleared_at TEXT
    ) STRICT;
    CREATE INDEX jobs_state ON jobs (state);

    CREATE TABLE tasks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      job_id INTEGER NOT NULL REFERENCES jobs (id),
      album_id INTEGER NOT NULL REFERENCES albums (id),
      photo_id INTEGER NOT NULL REFERENCES photos (id),
      key TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
      crashes INTEGER NOT NULL DEFAULT 0,
      protection_id INTEGER REFERENCES protections (id),
      failure_code TEXT,
      failure_problem TEXT,
      failure_remedy TEXT,
      failure_file TEXT,
      seconds REAL,
      CHECK ((state = 'done') = (protection_id IS NOT NULL)),
      CHECK ((state = 'failed') = (failure_code IS NOT NULL))
    ) STRICT;
    CREATE INDEX tasks_job ON tasks (job_id, state, id);
    CREATE INDEX tasks_running ON tasks (job_id) WHERE state = 'running';
    CREATE INDEX tasks_photo ON tasks (photo_id, album_id, id);
  `,
};
