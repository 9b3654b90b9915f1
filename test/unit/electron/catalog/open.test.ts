import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeBackup } from '../../../../electron/catalog/backups.ts';
import { openCatalog } from '../../../../electron/catalog/index.ts';
import { migrate, versionOf } from '../../../../electron/catalog/migrate.ts';
import { migrations } from '../../../../electron/catalog/migrations/index.ts';
import { backupFolder, catalogFile, openDatabase } from '../../../../electron/catalog/open.ts';
import { leaveWholeMark, takeWholeMark } from '../../../../electron/catalog/wholeMark.ts';
import { UserError } from '../../../../engine/errors.ts';
import { temporaryFolder } from '../support/folders.ts';

const newest = migrations.length;

function schemaOf(db: Database.Database): unknown[] {
  return db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown.code;
    throw thrown;
  }
  return 'no error';
}

/** Enough albums for a table of many pages. */
function fillAndClose(folder: string): void {
  const { catalog } = openCatalog(folder);
  catalog.transaction(() => {
    for (let n = 0; n < 500; n++) catalog.albums.insert(`Album ${n} ${'x'.repeat(200)}`, n, null, '2026-01-01');
  });
  catalog.close();
}

/** Overwrites one page near the end: everything else can still be read. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xff, bytes.length - 3 * 4096, bytes.length - 2 * 4096);
  writeFileSync(path, bytes);
}

describe('migrations', () => {
  test('are numbered from 1 without gaps', () => {
    expect(migrations.map((step) => step.version)).toEqual(Array.from({ length: newest }, (_, i) => i + 1));
  });

  test('make a catalog from nothing, with WAL, foreign keys and no backup of nothing', () => {
    const folder = temporaryFolder();
    const { db, notices } = openDatabase(folder);
    expect(versionOf(db)).toBe(newest);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(notices).toEqual([]);
    db.close();
    expect(existsSync(backupFolder(folder))).toBe(false);
  });

  test.each(migrations.slice(0, -1).map((step) => step.version))(
    'bring a catalog of version %i to the newest, its rows kept, with a backup before each step',
    (version) => {
      const folder = temporaryFolder();
      const old = openDatabase(folder, { steps: migrations.slice(0, version) });
      old.db
        .prepare(
          `INSERT INTO albums (name, target_class, created_at) VALUES ('Sea', 3, '2026-01-01'), ('Sky', 19, '2026-01-01')`,
        )
        .run();
      old.db.close();

      const { db } = openDatabase(folder);
      expect(versionOf(db)).toBe(newest);
      expect(db.prepare('SELECT name, target_class FROM albums').all()).toEqual([
        { name: 'Sea', target_class: 3 },
        // Step 5 brings classes down; a catalog that has had it cannot hold such a class but by later generators.
        { name: 'Sky', target_class: version < 5 ? 3 : 19 },
      ]);
      const fresh = openDatabase(temporaryFolder());
      expect(schemaOf(db)).toEqual(schemaOf(fresh.db));
      fresh.db.close();
      db.close();

      const backups = readdirSync(backupFolder(folder)).sort();
      expect(backups).toHaveLength(newest - version);
      const first = new Database(join(backupFolder(folder), backups[0]!), { readonly: true });
      expect(versionOf(first)).toBe(version);
      expect(first.prepare('SELECT target_class FROM albums ORDER BY id').pluck().all()).toEqual([3, 19]);
      first.close();
    },
  );

  test('a step that fails leaves the version before it and nothing of itself', () => {
    const db = new Database(':memory:');
    const broken = {
      version: newest + 1,
      name: 'broken',
      sql: 'CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);',
    };
    migrate(db, migrations, () => undefined);
    const before = schemaOf(db);
    expect(() => migrate(db, [...migrations, broken], () => undefined)).toThrow(/nowhere/);
    expect(versionOf(db)).toBe(newest);
    expect(schemaOf(db)).toEqual(before);
  });

  test('a step that leaves a broken reference is taken back', () => {
    const db = new Database(':memory:');
    db.pragma('foreign_keys = OFF');
    migrate(db, migrations, () => undefined);
    const orphan = {
      version: newest + 1,
      name: 'orphan',
      sql: `INSERT INTO album_photos (album_id, photo_id, position, added_at) VALUES (7, 7, 1, 'now')`,
    };
    expect(() => migrate(db, [...migrations, orphan], () => undefined)).toThrow(/broken references/);
    expect(db.prepare('SELECT count(*) AS n FROM album_photos').get()).toEqual({ n: 0 });
  });
});

describe('a catalog that cannot be used', () => {
  test('from a newer version is refused, and not a byte of it changes', () => {
    const folder = temporaryFolder();
    openDatabase(folder).db.close();
    const db = new Database(catalogFile(folder));
    db.pragma(`user_version = ${newest + 1}`);
    db.close();
    const before = readFileSync(catalogFile(folder));
    expect(codeOf(() => openDatabase(folder))).toBe('catalog-too-new');
    expect(readFileSync(catalogFile(folder)).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  test('because another process has it open is refused; when that one is killed it opens', async () => {
    const folder = temporaryFolder();
    const module = join(import.meta.dirname, '../../../../electron/catalog/open.ts');
    const script = `import { openDatabase } from ${JSON.stringify(`file://${module}`)};
      openDatabase(${JSON.stringify(folder)}); console.log('open'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other.stdout, 'data');
    expect(codeOf(() => openDatabase(folder))).toBe('catalog-locked');
    const ended = once(other, 'exit');
    other.kill('SIGKILL');
    await ended;
    const { db, notices } = openDatabase(folder);
    expect(notices).toEqual([]);
    db.close();
  });

  test.each(['garbage', 'truncated'])('because it is %s is set aside, and a fresh one begins with a notice', (kind) => {
    const folder = temporaryFolder();
    fillAndClose(folder);
    if (kind === 'garbage') writeFileSync(catalogFile(folder), 'this is no catalog'.repeat(1000));
    else truncateSync(catalogFile(folder), 20_000);
    const damaged = readFileSync(catalogFile(folder));

    const opened = openCatalog(folder, { now: () => new Date('2026-11-22T16:32:40Z') });
    expect(opened.catalog.albums.summaries()).toEqual([]);
    expect(opened.notices).toHaveLength(1);
    expect(opened.notices[0]).toContain('catalog-damaged-2026-11-22-163240.db');
    opened.catalog.close();
    expect(readFileSync(join(folder, 'catalog-damaged-2026-11-22-163240.db')).equals(damaged)).toBe(true);
  });

  test('because it is damaged is replaced by the newest backup that is whole', () => {
    const folder = temporaryFolder();
    const { catalog } = openCatalog(folder);
    catalog.albums.insert('Kept', 1, null, '2026-01-01');
    catalog.backUpIfDue(new Date('2026-11-20T10:00:00Z'));
    catalog.albums.insert('Lost', 2, null, '2026-01-02');
    catalog.close();
    writeFileSync(join(backupFolder(folder), 'catalog-2026-11-21-100000.db'), 'a damaged backup');
    writeFileSync(catalogFile(folder), 'garbage'.repeat(1000));

    const opened = openCatalog(folder);
    expect(opened.catalog.albums.summaries().map((album) => album.name)).toEqual(['Kept']);
    expect(opened.notices[0]).toContain('catalog-2026-11-20-100000.db');
    opened.catalog.close();
  });

  test('because it was damaged while it was open is found so when it is closed, and set aside at the next start', () => {
    const folder = temporaryFolder();
    fillAndClose(folder);
    damage(catalogFile(folder));
    // As if the damage had come in a way that no time of the file tells of.
    leaveWholeMark(catalogFile(folder));
    const trusted = openCatalog(folder);
    expect(trusted.notices).toEqual([]);
    trusted.catalog.close();
    const { catalog, notices } = openCatalog(folder);
    expect(notices[0]).toContain('catalog-damaged');
    catalog.close();
  });

  test('because it is damaged is found so when it has been written to since it was closed', () => {
    const folder = temporaryFolder();
    fillAndClose(folder);
    damage(catalogFile(folder));
    const { catalog, notices } = openCatalog(folder);
    expect(notices[0]).toContain('catalog-damaged');
    catalog.close();
  });

  test('because it is damaged is found so after a kill', () => {
    const folder = temporaryFolder();
    fillAndClose(folder);
    // Nobody closes it in words: the mark went when it was opened.
    openDatabase(folder).db.close();
    damage(catalogFile(folder));
    expect(takeWholeMark(catalogFile(folder))).toBe(false);
    const { catalog, notices } = openCatalog(folder);
    expect(notices[0]).toContain('catalog-damaged');
    catalog.close();
  });

  test('in a place that cannot be written says so', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => openDatabase(join(folder, 'file', 'data'))).toThrow();
  });
});

describe('backups', () => {
  test('are made once a day, and only the newest few stay', () => {
    const folder = temporaryFolder();
    const { catalog } = openCatalog(folder);
    const now = Date.now();
    catalog.backUpIfDue(new Date(now));
    catalog.backUpIfDue(new Date(now + 3600_000));
    expect(readdirSync(backupFolder(folder))).toHaveLength(1);
    for (let day = 2; day < 14; day++) catalog.backUpIfDue(new Date(now + day * 25 * 3600_000));
    expect(readdirSync(backupFolder(folder))).toHaveLength(7);
    catalog.close();
  });

  test('that fail in the middle leave nothing behind', () => {
    const folder = temporaryFolder();
    fillAndClose(folder);
    damage(catalogFile(folder));
    const db = new Database(catalogFile(folder));
    expect(() => makeBackup(db, backupFolder(folder), new Date())).toThrow();
    db.close();
    expect(readdirSync(backupFolder(folder))).toEqual([]);
  });
});
