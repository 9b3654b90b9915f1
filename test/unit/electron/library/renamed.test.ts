import { copyFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Freshness } from '../../../../electron/library/freshness.ts';
import { openLibrary, type Library } from '../support/library.ts';
import { writePhoto } from '../support/photos.ts';
import { openProtectedShop } from '../support/shop.ts';

const now = '2026-11-22T12:00:00.000Z';

interface Album extends Library {
  albumId: number;
  file: (name: string) => string;
}

/** An album of a folder “Sea” with a photo for each of these names; its content is its name in capitals. */
async function openAlbum(...names: readonly string[]): Promise<Album> {
  const library = openLibrary();
  const file = (name: string): string => join(library.folder, 'Sea', `${name}.jpg`);
  for (const name of names) writePhoto(file(name), name.toUpperCase());
  const { albumIds } = await library.importer.run([join(library.folder, 'Sea')], null);
  return { ...library, albumId: albumIds[0] ?? 0, file };
}

/** Renames one after the other: `rename(file, 'a', 'b')` makes a.jpg b.jpg. */
function rename({ file }: Album, ...steps: readonly [from: string, to: string][]): void {
  for (const [from, to] of steps) renameSync(file(from), file(to));
}

/** Its photos, the file that each is in, and how it stands. */
function photosOf({ catalog, albumId }: Album): [photoId: number, name: string, status: string][] {
  return catalog.albumPhotos.list(albumId).map(({ photoId, name, status }) => [photoId, name, status]);
}

const swapAB = [
  ['a', 'x'],
  ['b', 'a'],
  ['x', 'b'],
] as const satisfies [string, string][];

describe('files that were renamed outside', () => {
  const swapped = [
    [1, 'b.jpg', 'new'],
    [2, 'a.jpg', 'new'],
    [3, 'c.jpg', 'new'],
  ];

  test('to each other’s names are the same photos still', async () => {
    const album = await openAlbum('a', 'b', 'c');
    rename(album, ...swapAB);
    await album.freshness.checkAlbum(album.albumId);
    expect(photosOf(album)).toEqual(swapped);
    expect(
      album.log
        .last('photos.changed')
        ?.photos.map(({ photoId }) => photoId)
        .toSorted(),
    ).toEqual([1, 2]);
    const reads = album.host.reads.length;
    await album.freshness.checkAlbum(album.albumId, 0);
    expect(album.host.reads.length).toBe(reads);
  });

  test.each([1, 2])('are found by a look at photo %i alone, as by an export', async (photoId) => {
    const album = await openAlbum('a', 'b', 'c');
    rename(album, ...swapAB);
    expect((await album.freshness.refresh(photoId)).photoId).toBe(photoId);
    expect(photosOf(album)).toEqual(swapped);
  });

  test('are found when several look at once', async () => {
    const album = await openAlbum('a', 'b', 'c');
    rename(album, ...swapAB);
    const rows = await Promise.all([1, 2, 3].map((photoId) => album.freshness.refresh(photoId)));
    expect(rows.map(({ photoId, name }) => [photoId, name])).toEqual(swapped.map(([photoId, name]) => [photoId, name]));
    expect(photosOf(album)).toEqual(swapped);
  });

  test('are found by adding their folder again, which adds nothing', async () => {
    const album = await openAlbum('a', 'b', 'c');
    rename(album, ...swapAB);
    const result = await album.importer.run([join(album.folder, 'Sea')], null);
    expect(result).toMatchObject({ albumIds: [album.albumId], added: 0, failures: [] });
    expect(photosOf(album)).toEqual(swapped);
  });

  test('in a ring are all the same photos still', async () => {
    const album = await openAlbum('a', 'b', 'c');
    rename(album, ['a', 'x'], ['c', 'a'], ['b', 'c'], ['x', 'b']);
    await album.freshness.checkAlbum(album.albumId);
    expect(photosOf(album)).toEqual([
      [1, 'b.jpg', 'new'],
      [2, 'c.jpg', 'new'],
      [3, 'a.jpg', 'new'],
    ]);
  });

  test('each to the next number keep their photos; the last is found by adding the folder again', async () => {
    const album = await openAlbum('1', '2', '3', '4');
    rename(album, ['4', '5'], ['3', '4'], ['2', '3'], ['1', '2']);
    await album.freshness.checkAlbum(album.albumId);
    expect(
      photosOf(album)
        .map(([photoId, name]) => [photoId, name])
        .slice(0, 3),
    ).toEqual([
      [1, '2.jpg'],
      [2, '3.jpg'],
      [3, '4.jpg'],
    ]);
    expect(photosOf(album).map(([, , status]) => status)).toEqual(['new', 'new', 'new', 'missing']);
    const result = await album.importer.run([join(album.folder, 'Sea')], null);
    expect(result).toMatchObject({ added: 0, duplicates: 3, foundAgain: 1, failures: [] });
    expect(photosOf(album).at(-1)).toEqual([4, '5.jpg', 'new']);
  });

  test('each to the next number are all found by adding the folder again, without a look before', async () => {
    const album = await openAlbum('1', '2', '3', '4');
    rename(album, ['4', '5'], ['3', '4'], ['2', '3'], ['1', '2']);
    const result = await album.importer.run([join(album.folder, 'Sea')], null);
    expect(result).toMatchObject({ added: 0, duplicates: 0, foundAgain: 4, failures: [] });
    expect(result.sentence).toBe('4 photos were found again at their new place.');
    expect(photosOf(album)).toEqual([1, 2, 3, 4].map((n) => [n, `${n + 1}.jpg`, 'new']));
  });

  test('each to the number before keep their photos; the one that was overwritten is missing', async () => {
    const album = await openAlbum('1', '2', '3', '4');
    rename(album, ['2', '1'], ['3', '2'], ['4', '3']);
    await album.freshness.checkAlbum(album.albumId);
    expect(photosOf(album)).toEqual([
      [1, '4.jpg', 'missing'],
      [2, '1.jpg', 'new'],
      [3, '2.jpg', 'new'],
      [4, '3.jpg', 'new'],
    ]);
  });

  test('to the number before leave none that takes a later photo of the last number for itself', async () => {
    const album = await openAlbum('1', '2', '3');
    rename(album, ['2', '1'], ['3', '2']);
    await album.freshness.checkAlbum(album.albumId);
    writePhoto(album.file('3'), 'NEW');
    await album.freshness.checkAlbum(album.albumId, 0);
    expect(photosOf(album)).toContainEqual([1, '3.jpg', 'missing']);
    const result = await album.importer.run([join(album.folder, 'Sea')], null);
    expect(result).toMatchObject({ added: 1, duplicates: 2, failures: [] });
    expect(photosOf(album)).toEqual([
      [1, '3.jpg', 'missing'],
      [2, '1.jpg', 'new'],
      [3, '2.jpg', 'new'],
      [4, '3.jpg', 'new'],
    ]);
    // The next look takes nothing of this back.
    await album.freshness.checkAlbum(album.albumId, 0);
    expect(photosOf(album).map(([, , status]) => status)).toEqual(['missing', 'new', 'new', 'new']);
    writePhoto(album.file('old'), '1');
    await album.importer.run([join(album.folder, 'Sea')], null);
    expect(photosOf(album)).toContainEqual([1, 'old.jpg', 'new']);
  });

  test('hold up no end of the program, however many they are, and are followed at its next start', async () => {
    const album = await openAlbum('1', '2', '3', '4');
    const { catalog, freshness, host, log, albumId } = album;
    rename(album, ['2', '1'], ['3', '2'], ['4', '3']);
    const reads = host.reads.length;
    const check = freshness.checkAlbum(albumId);
    await freshness.stop();
    await check;
    expect(host.reads.length - reads).toBe(2);
    await new Freshness(catalog, host.client, log.emit, () => new Date()).checkAlbum(albumId);
    expect(photosOf(album).map(([, name, status]) => [name, status])).toEqual([
      ['4.jpg', 'missing'],
      ['1.jpg', 'new'],
      ['2.jpg', 'new'],
      ['3.jpg', 'new'],
    ]);
  });

  test('are found in the middle of the renaming, and at its end', async () => {
    const album = await openAlbum('a', 'b', 'c');
    rename(album, ['a', 'x'], ['b', 'a']);
    await album.freshness.checkAlbum(album.albumId);
    expect(photosOf(album).map(([, , status]) => status)).toEqual(['missing', 'new', 'new']);
    rename(album, ['x', 'b']);
    await album.freshness.checkAlbum(album.albumId, 0);
    expect(photosOf(album)).toEqual(swapped);
  });

  test('to the name of one of the same size and time are told by their content', async () => {
    const album = await openAlbum('a', 'b', 'c');
    const { mtime } = statSync(album.file('b'));
    utimesSync(album.file('b'), mtime, mtime);
    utimesSync(album.file('c'), mtime, mtime);
    await album.freshness.checkAlbum(album.albumId);
    rename(album, ['a', 'x'], ['b', 'a'], ['c', 'b'], ['x', 'c']);
    await album.freshness.checkAlbum(album.albumId, 0);
    expect(photosOf(album)).toEqual([
      [1, 'c.jpg', 'new'],
      [2, 'a.jpg', 'new'],
      [3, 'b.jpg', 'new'],
    ]);
  });

  test('keep their protections with their contents', async () => {
    const { services, photos, albumId } = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { catalog, freshness } = services;
    const before = catalog.albumPhotos.list(albumId);
    expect(before.map(({ status }) => status)).toEqual(['protected', 'protected']);
    for (const [from, to] of swapAB) renameSync(join(photos, `${from}.jpg`), join(photos, `${to}.jpg`));
    await freshness.checkAlbum(albumId, 0);
    expect(catalog.albumPhotos.list(albumId)).toEqual([
      { ...before[0], name: 'b.jpg' },
      { ...before[1], name: 'a.jpg' },
    ]);
  });
});

describe('a photo whose content is nowhere any more', () => {
  /** One in “Sea”, and one in an album of a backup that is gone; the first has been overwritten with the second. */
  async function overwriteWithBackup(): Promise<Album> {
    const album = await openAlbum('a');
    const backup = writePhoto(join(album.folder, 'Backup', 'a.jpg'), 'old');
    await album.importer.run([join(album.folder, 'Backup')], null);
    copyFileSync(backup, album.file('a'));
    rmSync(join(album.folder, 'Backup'), { recursive: true });
    return album;
  }

  test('gives its place to the one that its file has become', async () => {
    const album = await overwriteWithBackup();
    expect(await album.freshness.refresh(1)).toMatchObject({ photoId: 2, path: album.file('a') });
    expect(photosOf(album)).toEqual([[2, 'a.jpg', 'new']]);
    expect(
      album.log
        .all('photos.changed')
        .map(({ albumId }) => albumId)
        .toSorted(),
    ).toEqual([1, 2]);
  });

  test('keeps its place, as a missing one, where that one is already', async () => {
    const album = await overwriteWithBackup();
    album.catalog.albumPhotos.put(album.albumId, 2, now);
    await expect(album.freshness.refresh(1)).rejects.toThrow(/no longer there/);
    expect(photosOf(album)).toEqual([
      [1, 'a.jpg', 'missing'],
      [2, 'a.jpg', 'new'],
    ]);
  });
});

describe('a photo that is found to be missing, or there again', () => {
  test('is told to every album that holds it, whoever looked', async () => {
    const album = await openAlbum('a', 'b');
    const other = album.catalog.albums.insert('Other', 1, null, now);
    album.catalog.albumPhotos.put(other, 1, now);
    const told = (): unknown[] =>
      album.log.all('photos.changed').map(({ albumId, photos }) => [albumId, photos.map(({ status }) => status)]);
    rename(album, ['a', 'x']);
    await expect(album.freshness.refresh(1)).rejects.toThrow(/no longer there/);
    expect(told()).toEqual([
      [album.albumId, ['missing']],
      [other, ['missing']],
    ]);
    await expect(album.freshness.refresh(1)).rejects.toThrow(/no longer there/);
    expect(told()).toHaveLength(2);
    rename(album, ['x', 'a']);
    await album.freshness.refresh(1);
    expect(told().slice(2)).toEqual([
      [album.albumId, ['new']],
      [other, ['new']],
    ]);
  });
});
