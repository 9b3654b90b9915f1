import type { Database } from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog } from '../../../../electron/catalog/index.ts';
import { migrations } from '../../../../electron/catalog/migrations/index.ts';
import { openDatabase } from '../../../../electron/catalog/open.ts';
import { Random } from '../../../../engine/random/index.ts';
import { temporaryFolder } from '../support/folders.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
const ALBUMS = [1, 2];

function openAt(folder: string, version: number): Database {
  const { db } = openDatabase(folder, { steps: migrations.slice(0, version) });
  onTestFinished(() => void db.close());
  return db;
}

/** Two albums of the same six photos, and a protection for tasks that end well. */
function fill(db: Database): void {
  for (const albumId of ALBUMS) {
    db.prepare('INSERT INTO albums (name, target_class, created_at) VALUES (?, 0, ?)').run(`Album ${albumId}`, NOW);
  }
  for (let n = 1; n <= 6; n++) {
    db.prepare(
      `INSERT INTO photos (sha256, path, name, bytes, mtime_ms, format, width, height, orientation, bit_depth, colour,
        has_alpha, has_profile, imported_at) VALUES (?, ?, 'a.jpg', 1, 1, 'jpeg', 3, 2, 1, 8, 'rgb', 0, 0, ?)`,
    ).run(String(n).padStart(64, '0'), `/${n}.jpg`, NOW);
  }
  db.prepare(
    `INSERT INTO protections (key, album_id, photo_id, source_sha256, rho_u, target_class, seed, steps, views, alpha_u,
      rho_r, noise_version, generator, generator_sha256, runtime, loss_before, loss_after, seconds_decode, seconds_noise,
      noise_file, noise_sha256, noise_bytes, noise_width, noise_height, created_at)
      VALUES ('p', 1, 1, '', 8, 0, 1, 1, 1, 1, 4, 1, 'g', '', 'r', 4, 1, 1, 1, 'n', '', 1, 1, 1, ?)`,
  ).run(NOW);
}

/** Does to rows whatever the repositories, or somebody with a shell, may do. */
function churn(db: Database, random: Random, times: number): void {
  for (let n = 0; n < times; n++) {
    const albumId = 1 + random.below(2);
    const photoId = 1 + random.below(6);
    const state = STATES[random.below(STATES.length)] ?? 'waiting';
    switch (random.below(7)) {
      case 0:
        db.prepare(
          `INSERT INTO album_photos (album_id, photo_id, position, added_at) VALUES (?, ?, 1, ?)
            ON CONFLICT (album_id, photo_id) DO UPDATE SET removed_at = NULL`,
        ).run(albumId, photoId, NOW);
        break;
      case 1:
        db.prepare('UPDATE album_photos SET removed_at = ? WHERE album_id = ?').run(NOW, albumId);
        break;
      case 2:
        db.prepare('UPDATE album_photos SET state = ?, removed_at = NULL WHERE photo_id = ?').run(
          ['new', 'protected', 'failed'][random.below(3)],
          photoId,
        );
        break;
      case 3:
        db.prepare('DELETE FROM album_photos WHERE album_id = ? AND photo_id = ?').run(albumId, photoId);
        break;
      case 4:
        db.prepare('INSERT INTO jobs (album_id, rho_u, seed, state, created_at) VALUES (?, 8, 1, ?, ?)').run(
          albumId,
          'waiting',
          NOW,
        );
        db.prepare(
          `INSERT INTO tasks (job_id, album_id, photo_id, key, state)
            VALUES ((SELECT max(id) FROM jobs), ?, ?, ?, 'waiting')`,
        ).run(albumId, photoId, `${n} ${random.next()}`);
        break;
      case 5:
        db.prepare(`UPDATE tasks SET state = ?, protection_id = ?, failure_code = ? WHERE photo_id = ?`).run(
          state,
          state === 'done' ? 1 : null,
          state === 'failed' ? 'corrupt' : null,
          photoId,
        );
        break;
      case 6:
        db.prepare('DELETE FROM tasks WHERE id = ?').run(1 + random.below(20));
        break;
    }
  }
}

/** What the repositories answer must be what counting would. */
function expectTrue(db: Database): void {
  const catalog = new Catalog(db, '');
  for (const albumId of ALBUMS) {
    const { photos, protected: done, failed } = catalog.albums.summary(albumId);
    const counted = db
      .prepare(
        `SELECT count(*) AS photos, coalesce(sum(state = 'protected'), 0) AS done,
          coalesce(sum(state = 'failed'), 0) AS failed
          FROM album_photos WHERE album_id = ? AND removed_at IS NULL`,
      )
      .get(albumId);
    expect({ photos, done, failed }).toEqual(counted);
  }
  for (const { jobId } of catalog.jobs.list()) {
    const counted = db
      .prepare(
        `SELECT count(*) AS total, coalesce(sum(state = 'done'), 0) AS done, coalesce(sum(state = 'failed'), 0) AS failed,
          coalesce(sum(state IN ('waiting', 'running')), 0) AS left FROM tasks WHERE job_id = ?`,
      )
      .get(jobId);
    expect(catalog.jobs.counts(jobId)).toEqual(counted);
  }
}

test('counts stay true whatever is done to the rows', () => {
  const db = openAt(temporaryFolder(), migrations.length);
  fill(db);
  const random = new Random(1);
  for (let round = 0; round < 20; round++) {
    churn(db, random, 15);
    expectTrue(db);
  }
});

test('a catalog from before there were counts is counted once', () => {
  const folder = temporaryFolder();
  const before = openAt(folder, 6);
  fill(before);
  churn(before, new Random(2), 60);
  before.close();
  const db = openAt(folder, migrations.length);
  expectTrue(db);
  expect(new Catalog(db, '').albums.summaries().some(({ photos }) => photos > 0)).toBe(true);
  churn(db, new Random(3), 60);
  expectTrue(db);
});
