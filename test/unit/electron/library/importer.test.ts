import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Catalog } from '../../../../electron/catalog/index.ts';
import type { ImportResult } from '../../../../electron/ipc/contract.ts';
import { albumMaker } from '../../../../electron/library/albumMaker.ts';
import { Freshness } from '../../../../electron/library/freshness.ts';
import { UserError } from '../../../../engine/errors.ts';
import { openLibrary, type Library } from '../support/library.ts';
import { sha256Of, writePhoto } from '../support/photos.ts';

function albums(catalog: Catalog): [name: string, photos: number][] {
  return catalog.albums.summaries().map((album) => [album.name, album.photos]);
}

describe('an import', () => {
  test('makes one album for each folder, and one for all files that were given singly', async () => {
    const { catalog, importer, log, folder } = openLibrary();
    writePhoto(join(folder, 'Sea', 'a.jpg'), 'a');
    writePhoto(join(folder, 'Sea', 'deep', 'b.jpg'), 'b');
    writePhoto(join(folder, 'Wood', 'c.jpg'), 'c');
    const singles = ['d', 'e'].map((name) => writePhoto(join(folder, `${name}.jpg`), name));
    const result = await importer.run([join(folder, 'Sea'), ...singles, join(folder, 'Wood')], null);
    expect(result).toMatchObject({ added: 5, duplicates: 0, failures: [], cancelled: false });
    expect(albums(catalog)).toEqual([
      ['Sea', 2],
      ['New album', 2],
      ['Wood', 1],
    ]);
    expect(catalog.albums.summaries().map((album) => album.targetClass)).toEqual([0, 1, 2]);
    expect(log.last('albums.changed')).toEqual({ albumIds: result.albumIds });
    const told = log.all('library.importChanged');
    expect(told[0]).toMatchObject({ running: true, progress: null, result: null });
    expect(told.some(({ progress }) => progress !== null && progress.seen > 0)).toBe(true);
    expect(told.at(-1)).toEqual({ running: false, cancelling: false, progress: null, result, failure: null });
  });

  test('of the same folder again adds only what is new, and reads nothing twice', async () => {
    const { catalog, host, importer, folder } = openLibrary();
    writePhoto(join(folder, 'Sea', 'a.jpg'), 'a');
    await importer.run([join(folder, 'Sea')], null);
    writePhoto(join(folder, 'Sea', 'b.jpg'), 'b');
    const again = await importer.run([join(folder, 'Sea')], null);
    expect(again).toMatchObject({ added: 1, duplicates: 1 });
    expect(albums(catalog)).toEqual([['Sea', 2]]);
    expect(host.reads.map((path) => basename(path))).toEqual(['a.jpg', 'b.jpg']);
  });

  test('counts one content in one album once, and keeps it as one photo in two albums', async () => {
    const { catalog, importer, folder } = openLibrary();
    writePhoto(join(folder, 'One', 'a.jpg'), 'same');
    writePhoto(join(folder, 'One', 'b.jpg'), 'same');
    writePhoto(join(folder, 'Two', 'c.jpg'), 'same');
    const result = await importer.run([join(folder, 'One'), join(folder, 'Two')], null);
    expect(result).toMatchObject({ added: 2, duplicates: 1 });
    const [one, two] = result.albumIds.map((albumId) => catalog.albumPhotos.ids(albumId));
    expect(one).toEqual(two);
  });

  test('goes on after what cannot be read, with a sentence for each', async () => {
    const { catalog, importer, folder } = openLibrary();
    const sea = join(folder, 'Sea');
    writePhoto(join(sea, '🌊.jpg'), 'a');
    writePhoto(join(sea, `${'x'.repeat(251)}.jpg`), 'b');
    writePhoto(join(sea, 'תמונה.jpg'), 'c');
    writeFileSync(join(sea, 'empty.jpg'), '');
    writeFileSync(join(sea, 'text.jpg'), 'Dear diary');
    symlinkSync('gone', join(sea, 'dead.jpg'));
    symlinkSync(sea, join(sea, 'loop'));
    const result = await importer.run([sea, join(folder, 'nowhere')], null);
    expect(result.added).toBe(3);
    expect(result.failures.map((failure) => [failure.code, basename(failure.file ?? '')])).toEqual([
      ['vanished', 'dead.jpg'],
      ['empty', 'empty.jpg'],
      ['not-a-photo', 'text.jpg'],
      ['vanished', 'nowhere'],
    ]);
    for (const failure of result.failures) {
      expect(failure.problem).toMatch(/\.$/);
      expect(failure.remedy).toMatch(/\.$/);
    }
    expect(albums(catalog)).toEqual([['Sea', 3]]);
  });

  test('of a folder without photos makes no album and says so', async () => {
    const { catalog, importer, folder } = openLibrary();
    mkdirSync(join(folder, 'Empty'));
    const result = await importer.run([join(folder, 'Empty')], null);
    expect(result.failures).toHaveLength(1);
    expect(result.failures[0]).toMatchObject({
      problem: 'There are no photos in “Empty”.',
      remedy: 'Choose a folder that holds JPEG, PNG, WebP, TIFF or AVIF files.',
    });
    expect(albums(catalog)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    const { importer, folder } = openLibrary();
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
    const result = await importer.run([join(folder, 'pipe.jpg')], null);
    expect(result.failures[0]?.code).toBe('not-a-photo');
  });

  test('can be cancelled; what it has added stays', async () => {
    const { catalog, importer, log, folder } = openLibrary();
    for (let n = 0; n < 30; n++) writePhoto(join(folder, 'Sea', `${n}.jpg`), String(n));
    log.listen('library.importChanged', () => {
      if (importer.state.progress !== null) importer.cancel();
    });
    const result = await importer.run([join(folder, 'Sea')], null);
    log.listen('library.importChanged', () => undefined);
    expect(result.cancelled).toBe(true);
    expect(result.sentence).toMatch(/The rest was left out because you cancelled\.$/);
    expect(log.all('library.importChanged').some(({ running, cancelling }) => running && cancelling)).toBe(true);
    expect(result.added).toBeLessThan(30);
    expect(albums(catalog)).toEqual([['Sea', result.added]]);
    expect(await importer.run([join(folder, 'Sea')], null)).toMatchObject({
      cancelled: false,
      duplicates: result.added,
      added: 30 - result.added,
    });
  });

  test('keeps what came of it for a window that is opened later, until that is dismissed', async () => {
    const { importer, folder, log } = openLibrary();
    writePhoto(join(folder, 'Sea', 'a.jpg'), 'a');
    writeFileSync(join(folder, 'Sea', 'empty.jpg'), '');
    importer.start([join(folder, 'Sea')], null);
    expect(importer.state).toMatchObject({ running: true, result: null });
    importer.dismiss();
    await importer.idle();
    expect(importer.state).toMatchObject({ running: false, result: { added: 1 }, failure: null });
    expect(importer.state.result?.sentence).toBe('1 photo added. 1 could not be added.');
    importer.dismiss();
    expect(importer.state.result).toBeNull();
    expect(log.last('library.importChanged')).toEqual(importer.state);
  });

  test('one behind another takes its turn, and both are running until the last has ended', async () => {
    const { importer, folder, log } = openLibrary();
    for (const name of ['Sea', 'Wood']) writePhoto(join(folder, name, 'a.jpg'), name);
    await Promise.all(['Sea', 'Wood'].map((name) => importer.run([join(folder, name)], null)));
    const running = log.all('library.importChanged').map((state) => state.running);
    expect(running.indexOf(false)).toBe(running.length - 1);
  });

  test('into a catalog that is damaged ends with a sentence', async () => {
    const { catalog, importer, folder } = openLibrary();
    writePhoto(join(folder, 'Sea', 'a.jpg'), 'a');
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    const spy = vi.spyOn(catalog.photos, 'findByPath').mockImplementation(() => {
      throw new Database.SqliteError('database disk image is malformed', 'SQLITE_CORRUPT');
    });
    onTestFinished(() => spy.mockRestore());
    importer.start([join(folder, 'Sea')], null);
    await importer.idle();
    expect(importer.state.failure).toMatchObject({ code: 'catalog-corrupt', problem: 'The catalog is damaged.' });
    expect(importer.state.failure?.remedy).toMatch(/start it again/);
  });

  test('ends with the engine’s sentence when no album can be made', async () => {
    const failure = new UserError('generator', 'The generator is gone.', 'Install Stillgrain again.');
    const { importer, folder } = openLibrary(() => Promise.reject(failure));
    writePhoto(join(folder, 'Sea', 'a.jpg'), 'a');
    await expect(importer.run([join(folder, 'Sea')], null)).rejects.toThrow('The generator is gone.');
  });

  test('at the same time as another gives each album a target class of its own', async () => {
    const { catalog } = openLibrary();
    const make = albumMaker(
      catalog,
      (used) => Promise.resolve(used.length),
      () => new Date(),
    );
    await Promise.all(['A', 'B', 'C'].map((name) => make(name, null)));
    expect(catalog.albums.usedTargetClasses()).toEqual([0, 1, 2]);
  });
});

describe('an album that is removed while it is being filled', () => {
  function writeSea(folder: string): string[] {
    return Array.from({ length: 9 }, (_, n) => writePhoto(join(folder, 'Sea', `${n}.jpg`), `sea ${n}`));
  }

  /** Removes the album when its first photo has been added. */
  function removeAtFirst({ catalog, log }: Library, albumId: number): void {
    log.listen('library.importChanged', () => {
      if (log.last('library.importChanged')?.progress != null)
        catalog.albums.setRemoved(albumId, '2026-11-22T12:00:00.000Z');
    });
  }

  test('gets no more photos, and says so once; the other folders go on', async () => {
    const library = openLibrary();
    const { catalog, host, importer, folder } = library;
    writeSea(folder);
    writePhoto(join(folder, 'Wood', 'a.jpg'), 'wood');
    removeAtFirst(library, 1);
    const result = await importer.run([join(folder, 'Sea'), join(folder, 'Wood')], null);
    expect(result).toMatchObject({ albumIds: [2], added: 2, cancelled: false });
    expect(result.failures.map(({ problem }) => problem)).toEqual(['The album “Sea” has been removed.']);
    expect(host.reads).toHaveLength(3);
    expect(albums(catalog)).toEqual([['Wood', 1]]);
    catalog.albums.setRemoved(1, null);
    expect(albums(catalog)).toEqual([
      ['Sea', 1],
      ['Wood', 1],
    ]);
  });

  test('ends the import of single files, too', async () => {
    const library = openLibrary();
    const { catalog, importer, folder } = library;
    const albumId = catalog.albums.insert('Sea', 0, null, '2026-11-22T12:00:00.000Z');
    removeAtFirst(library, albumId);
    const result = await importer.run(writeSea(folder), albumId);
    expect(result).toMatchObject({ albumIds: [], added: 1 });
    expect(result.failures).toHaveLength(1);
  });
});

describe('an import of a backup', () => {
  async function importEdited(edited: string): Promise<Library & { sea: string; result: ImportResult }> {
    const library = openLibrary();
    const { importer, folder } = library;
    const sea = writePhoto(join(folder, 'Sea', 'a.jpg'), 'old');
    await importer.run([join(folder, 'Sea')], null);
    writeFileSync(sea, edited);
    writePhoto(join(folder, 'Backup', 'a.jpg'), 'old');
    return { ...library, sea, result: await importer.run([join(folder, 'Backup')], null) };
  }

  test('adds the photo as it was, while the album of the edited one has the edited one', async () => {
    const { catalog, folder, sea, result } = await importEdited('photo edited');
    expect(result).toMatchObject({ albumIds: [2], added: 1, failures: [] });
    const pathsOf = (albumId: number): (string | undefined)[] =>
      catalog.albumPhotos.ids(albumId).map((photoId) => catalog.photos.find(photoId)?.path);
    expect(pathsOf(2)).toEqual([join(folder, 'Backup', 'a.jpg')]);
    expect(pathsOf(1)).toEqual([sea]);
    for (const albumId of [1, 2]) {
      const photo = catalog.photos.find(catalog.albumPhotos.ids(albumId)[0] ?? 0);
      expect(photo?.sha256).toBe(sha256Of(photo?.path ?? ''));
    }
  });

  test('finds the photo there when its file is no photo any more', async () => {
    const { catalog, folder } = await importEdited('spoilt');
    expect(catalog.albumPhotos.ids(2)).toEqual(catalog.albumPhotos.ids(1));
    expect(catalog.photos.find(1)?.path).toBe(join(folder, 'Backup', 'a.jpg'));
  });

  test('keeps the photo where it is when its file has only been touched', async () => {
    const { catalog, importer, folder } = openLibrary();
    const sea = writePhoto(join(folder, 'Sea', 'a.jpg'), 'a');
    await importer.run([join(folder, 'Sea')], null);
    utimesSync(sea, new Date(), new Date(Date.now() + 5000));
    writePhoto(join(folder, 'Backup', 'a.jpg'), 'a');
    await importer.run([join(folder, 'Backup')], null);
    expect(catalog.albumPhotos.ids(2)).toEqual([1]);
    expect(catalog.photos.find(1)?.path).toBe(sea);
  });
});

describe('freshness', () => {
  async function oneInTwo(): Promise<Library & { albumIds: number[]; path: string; other: string }> {
    const library = openLibrary();
    const path = writePhoto(join(library.folder, 'One', 'a.jpg'), 'a');
    const other = writePhoto(join(library.folder, 'One', 'b.jpg'), 'b');
    const { albumIds } = await library.importer.run([join(library.folder, 'One')], null);
    return { ...library, albumIds, path, other };
  }

  test('reads a file again only when its size or time differs', async () => {
    const { catalog, freshness, host, path } = await oneInTwo();
    const before = host.reads.length;
    await freshness.refresh(1);
    expect(host.reads.length).toBe(before);
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    const row = await freshness.refresh(1);
    expect(host.reads.length).toBe(before + 1);
    expect(row.mtimeMs).not.toBe(catalog.photos.find(2)?.mtimeMs);
    await freshness.refresh(1);
    expect(host.reads.length).toBe(before + 1);
  });

  test('follows a file whose content has changed: one photo still, with the new content', async () => {
    const { catalog, freshness, path } = await oneInTwo();
    const old = catalog.photos.find(1)?.sha256;
    writePhoto(path, 'edited');
    const row = await freshness.refresh(1);
    expect(row.photoId).toBe(1);
    expect(row.sha256).not.toBe(old);
  });

  test('follows a changed file once when several ask at once, and reads it once', async () => {
    const { catalog, freshness, host, albumIds, path } = await oneInTwo();
    writePhoto(path, 'edited');
    const before = host.reads.length;
    const rows = await Promise.all([
      freshness.refresh(1),
      freshness.checkAlbum(albumIds[0] ?? 0),
      freshness.refresh(1),
    ]);
    expect([rows[0].photoId, rows[2].photoId]).toEqual([1, 1]);
    expect(host.reads.length).toBe(before + 1);
    expect(catalog.albumPhotos.list(albumIds[0] ?? 0).map(({ photoId, status }) => [photoId, status])).toEqual([
      [1, 'new'],
      [2, 'new'],
    ]);
    writePhoto(path, 'edited again');
    expect((await freshness.refresh(1)).sha256).toBe(sha256Of(path));
  });

  test('leaves a photo in its albums when another look has found the same change meanwhile', async () => {
    const { catalog, freshness, host, log, albumIds, path } = await oneInTwo();
    const other = new Freshness(catalog, host.client, log.emit, () => new Date());
    writePhoto(path, 'edited');
    const rows = await Promise.all([freshness.refresh(1), other.refresh(1)]);
    expect(rows.map((row) => row.photoId)).toEqual([1, 1]);
    expect(catalog.albumPhotos.ids(albumIds[0] ?? 0)).toEqual([1, 2]);
    expect(catalog.photos.find(1)).toMatchObject({ sha256: sha256Of(path), missingSince: null });
  });

  test('looks again when the photo was found in another file while its old one was read', async () => {
    const { catalog, host, log, albumIds, path, folder } = await oneInTwo();
    const backup = join(folder, 'Backup', 'a.jpg');
    mkdirSync(join(folder, 'Backup'));
    copyFileSync(path, backup);
    writePhoto(path, 'edited');
    const busy: Pick<typeof host.client, 'call'> = {
      call: (...call) => {
        catalog.photos.moveTo(1, backup, 'a.jpg', statSync(backup).mtimeMs);
        return host.client.call(...call);
      },
    };
    const row = await new Freshness(catalog, busy, log.emit, () => new Date()).refresh(1);
    expect(row).toMatchObject({ photoId: 1, path: backup, sha256: sha256Of(backup) });
    expect(catalog.albumPhotos.ids(albumIds[0] ?? 0)).toEqual([1, 2]);
  });

  test('puts the known photo in its place when a file becomes a copy of it', async () => {
    const { catalog, freshness, albumIds, path } = await oneInTwo();
    writePhoto(path, 'b');
    const row = await freshness.refresh(1);
    expect(row.photoId).toBe(2);
    expect(catalog.albumPhotos.ids(albumIds[0] ?? 0)).toEqual([2]);
  });

  test('looks an album through and tells what has gone', async () => {
    const { freshness, log, albumIds, path, folder } = await oneInTwo();
    renameSync(path, join(folder, 'elsewhere.jpg'));
    await freshness.checkAlbum(albumIds[0] ?? 0);
    expect(log.last('photos.changed')?.photos.map((photo) => [photo.photoId, photo.status])).toEqual([[1, 'missing']]);
  });

  test('looks an album through and tells of a photo that has another size now', async () => {
    const { freshness, log, albumIds, path } = await oneInTwo();
    writePhoto(path, 'cropped');
    await freshness.checkAlbum(albumIds[0] ?? 0);
    const told = log.all('photos.changed').map(({ photos }) => photos.map(({ photoId, height }) => [photoId, height]));
    expect(told).toEqual([[[1, 20]]]);
  });

  test('tells of a photo that was edited to the same size, however it was found, and of its cover', async () => {
    const { catalog, freshness, log, albumIds, path, other } = await oneInTwo();
    const albumId = albumIds[0] ?? 0;
    const told = () => log.all('photos.changed').map(({ photos }) => photos.map(({ photoId, version }) => [photoId, version])); // prettier-ignore
    writePhoto(path, 'edited');
    await freshness.checkAlbum(albumId);
    const version = sha256Of(path).slice(0, 12);
    expect(told()).toEqual([[[1, version]]]);
    expect(log.last('albums.changed')).toEqual({ albumIds: [albumId] });
    expect(catalog.albums.summary(albumId)).toMatchObject({ coverPhotoId: 1, coverVersion: version });
    // By a job or a preview, say.
    writePhoto(other, 'edited, too');
    await freshness.refresh(2);
    expect(told().at(-1)).toEqual([[2, sha256Of(other).slice(0, 12)]]);
    await freshness.refresh(2);
    expect(told()).toHaveLength(2);
  });

  test('looks an album through again only after a while, and not while it does', async () => {
    const { catalog, host, log, albumIds, path } = await oneInTwo();
    const albumId = albumIds[0] ?? 0;
    let now = Date.now();
    const freshness = new Freshness(catalog, host.client, log.emit, () => new Date(now));
    const reads = host.reads.length;
    writePhoto(path, 'edited');
    await Promise.all([freshness.checkAlbum(albumId), freshness.checkAlbum(albumId, 0)]);
    expect(host.reads.length).toBe(reads + 1);
    writePhoto(path, 'edited again');
    now += 5000;
    await freshness.checkAlbum(albumId);
    expect(host.reads.length).toBe(reads + 1);
    await freshness.checkAlbum(albumId, 3000);
    expect(host.reads.length).toBe(reads + 2);
  });

  test('looks a large album through a page at a time', async () => {
    const { catalog, freshness, log } = openLibrary();
    const now = '2026-11-22T12:00:00.000Z';
    const albumId = catalog.albums.insert('Gone', 0, null, now);
    catalog.transaction(() => {
      for (let n = 0; n < 620; n++) {
        const info = { path: `/gone/${n}.jpg`, format: 'jpeg', width: 3, height: 2, orientation: 1, bitDepth: 8, colour: 'rgb', hasAlpha: false, hasProfile: false, bytes: 1, takenAt: null } as const; // prettier-ignore
        const sha256 = n.toString(16).padStart(64, '0');
        catalog.albumPhotos.put(
          albumId,
          catalog.photos.insert({ sha256, name: `${n}.jpg`, mtimeMs: 1, info }, now),
          now,
        );
      }
    });
    await freshness.checkAlbum(albumId);
    const told = log.all('photos.changed').map(({ photos }) => photos.map((photo) => photo.photoId));
    expect(told.map((page) => page.length)).toEqual([500, 120]);
    expect(told.flat()).toEqual(catalog.albumPhotos.ids(albumId));
    expect(new Set(catalog.albumPhotos.list(albumId).map((photo) => photo.status))).toEqual(new Set(['missing']));
  });
});
