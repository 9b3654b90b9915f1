import type { Migration } from './index.ts';

/**
 * How many tasks of a job, and photos of an album, are in each state: kept by triggers, because the window asks after
 * every photo, and counting 100,000 rows each time took longer than everything else together. The index that made the
 * counting bearable goes; the new one answers which protection of an album is the newest.
 */
export const counts: Migration = {
  version: 7,
  name: 'counts',
  sql: `
    CREATE TABLE job_counts (
      job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      state TEXT NOT NULL,
      tasks INTEGER NOT NULL,
      PRIMARY KEY (job_id, state)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO job_counts SELECT job_id, state, count(*) FROM tasks GROUP BY job_id, state;

    CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks BEGIN
      INSERT INTO job_counts VALUES (NEW.job_id, NEW.state, 1) ON CONFLICT DO UPDATE SET tasks = tasks + 1;
    END;
    CREATE TRIGGER tasks_changed AFTER UPDATE OF state ON tasks WHEN OLD.state <> NEW.state BEGIN
      UPDATE job_counts SET tasks = tasks - 1 WHERE job_id = OLD.job_id AND state = OLD.state;
      INSERT INTO job_counts VALUES (NEW.job_id, NEW.state, 1) ON CONFLICT DO UPDATE SET tasks = tasks + 1;
    END;
    CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks BEGIN
      UPDATE job_counts SET tasks = tasks - 1 WHERE job_id = OLD.job_id AND state = OLD.state;
    END;

    CREATE TABLE album_counts (
      album_id INTEGER NOT NULL REFERENCES albums (id) ON DELETE CASCADE,
      state TEXT NOT NULL,
      photos INTEGER NOT NULL,
      PRIMARY KEY (album_id, state)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO album_counts
      SELECT album_id, state, count(*) FROM album_photos WHERE removed_at IS NULL GROUP BY album_id, state;

    CREATE TRIGGER album_photos_inserted AFTER INSERT ON album_photos WHEN NEW.removed_at IS NULL BEGIN
      INSERT INTO album_counts VALUES (NEW.album_id, NEW.state, 1) ON CONFLICT DO UPDATE SET photos = photos + 1;
    END;
    CREATE TRIGGER album_photos_changed AFTER UPDATE OF state, removed_at ON album_photos
      WHEN OLD.state <> NEW.state OR (OLD.removed_at IS NULL) <> (NEW.removed_at IS NULL) BEGIN
      UPDATE album_counts SET photos = photos - 1
        WHERE OLD.removed_at IS NULL AND album_id = OLD.album_id AND state = OLD.state;
      INSERT INTO album_counts SELECT NEW.album_id, NEW.state, 1 WHERE NEW.removed_at IS NULL
        ON CONFLICT DO UPDATE SET photos = photos + 1;
    END;
    CREATE TRIGGER album_photos_deleted AFTER DELETE ON album_photos WHEN OLD.removed_at IS NULL BEGIN
      UPDATE album_counts SET photos = photos - 1 WHERE album_id = OLD.album_id AND state = OLD.state;
    END;

    DROP INDEX album_photos_state;
    CREATE INDEX album_photos_protection ON album_photos (album_id, protection_id) WHERE removed_at IS NULL;
  `,
};
