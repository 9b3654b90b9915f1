import type { Database } from 'better-sqlite3';
import type { Migration } from './migrations/index.ts';

/** The schema version that a catalog has now: 0 for an empty file. */
export function versionOf(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/**
 * Brings `db` to the last of `steps`, each step in a transaction of its own that also sets `user_version`, so a
 * kill in between leaves the version before or after and nothing else.
 * @param backup is called before each step with the version the catalog has then, unless the catalog is only being made.
 */
export function migrate(db: Database, steps: readonly Migration[], backup: (version: number) => void): void {
  const isNew = versionOf(db) === 0;
  for (const step of steps) {
    const version = versionOf(db);
    if (step.version <= version) continue;
    if (!isNew) backup(version);
    db.transaction(() => {
      db.exec(step.sql);
      const broken = db.pragma('foreign_key_check');
      if (Array.isArray(broken) && broken.length > 0) {
        throw new Error(`migration ${step.version} (${step.name}) leaves ${broken.length} broken references`);
      }
      db.pragma(`user_version = ${step.version}`);
    }).exclusive();
  }
}
