import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { albumOfFolder, type AlbumOfFolderParts } from '../../../../electron/library/albumOfFolder.ts';
import { openLibrary, type Library } from '../support/library.ts';
import { writePhoto } from '../support/photos.ts';

const removed = '2026-11-22T12:00:00.000Z';

interface Album extends Library {
  albumId: number;
  /** A folder beside that of the album. */
  at: (name: string) => string;
}

/** The album of a folder “Sea” with photos of these contents. */
async function openSea(...contents: readonly string[]): Promise<Album> {
  const library = openLibrary();
  const at = (name: string): string => join(library.folder, name);
  for (const content of contents) writePhoto(join(at('Sea'), `${content}.jpg`), content);
  const { albumIds } = await library.importer.run([at('Sea')], null);
  return { ...library, albumId: albumIds[0] ?? 0, at };
}

/** Name, target class and photos of each album. */
function albums({ catalog }: Library): [name: string, targetClass: number, photos: number][] {
  return catalog.albums.summaries().map(({ name, targetClass, photos }) => [name, targetClass, photos]);
}

function statuses({ catalog, albumId }: Album): string[] {
  return catalog.albumPhotos.list(albumId).map(({ status }) => status);
}

describe('a folder that was moved', () => {
  test('and added to its album again has its photos found, which is told and said', async () => {
    const album = await openSea('a', 'b');
    const { catalog, freshness, importer, log, albumId, at } = album;
    renameSync(at('Sea'), at('Ocean'));
    await freshness.checkAlbum(albumId);
    expect(statuses(album)).toEqual(['missing', 'missing']);
    const before = log.all('photos.changed').length;
    const result = await importer.run([at('Ocean')], albumId);
    expect(result).toMatchObject({ albumIds: [albumId], added: 0, duplicates: 0, foundAgain: 2, broughtBack: [] });
    expect(result.sentence).toBe('2 photos were found again at their new place.');
    expect(statuses(album)).toEqual(['new', 'new']);
    expect(catalog.photos.find(1)?.path).toBe(join(at('Ocean'), 'a.jpg'));
    const told = log
      .all('photos.changed')
      .slice(before)
      .flatMap(({ photos }) => photos);
    expect(new Map(told.map(({ photoId, status }) => [photoId, status]))).toEqual(
      new Map([
        [1, 'new'],
        [2, 'new'],
      ]),
    );
  });

  test('and added as a folder is that of its album still, from then on', async () => {
    const album = await openSea('a', 'b');
    const { importer, albumId, at } = album;
    renameSync(at('Sea'), at('Ocean'));
    writePhoto(join(at('Ocean'), '0.jpg'), 'new');
    expect(await importer.run([at('Ocean')], null)).toMatchObject({ albumIds: [albumId], added: 1, foundAgain: 2 });
    expect(await importer.run([at('Ocean')], null)).toMatchObject({ albumIds: [albumId], duplicates: 3 });
    expect(albums(album)).toEqual([['Sea', 0, 3]]);
    // Its old name is free for another one.
    writePhoto(join(at('Sea'), 'other.jpg'), 'other');
    await importer.run([at('Sea')], null);
    expect(albums(album)).toEqual([
      ['Sea', 0, 3],
      ['Sea', 1, 1],
    ]);
  });

  test('and is large is known by some of its photos', async () => {
    const album = await openSea(...Array.from({ length: 150 }, (_, n) => String(n)));
    renameSync(album.at('Sea'), album.at('Ocean'));
    const reads = album.host.reads.length;
    expect(await album.importer.run([album.at('Ocean')], null)).toMatchObject({ added: 0, foundAgain: 150 });
    expect(album.host.reads.length - reads).toBe(150 + 64);
    expect(albums(album)).toEqual([['Sea', 0, 150]]);
  });

  test('is not taken for that of an album whose own folder is there', async () => {
    const album = await openSea('a', 'b');
    cpSync(album.at('Sea'), album.at('Copy'), { recursive: true });
    await album.importer.run([album.at('Copy')], null);
    expect(albums(album)).toEqual([
      ['Sea', 0, 2],
      ['Copy', 1, 2],
    ]);
  });

  test('into a folder of mostly other photos makes that an album of its own', async () => {
    const album = await openSea('a', 'b');
    for (const content of ['c', 'd', 'e']) writePhoto(join(album.at('All'), `${content}.jpg`), content);
    renameSync(album.at('Sea'), join(album.at('All'), 'Sea'));
    await album.importer.run([album.at('All')], null);
    expect(albums(album)).toEqual([
      ['Sea', 0, 2],
      ['All', 1, 5],
    ]);
  });

  test('together with that of another album makes a new album: whose it is would be a guess', async () => {
    const album = await openSea('a', 'b', 'c');
    writePhoto(join(album.at('Wood'), 'd.jpg'), 'd');
    await album.importer.run([album.at('Wood')], null);
    mkdirSync(album.at('All'));
    for (const name of ['Sea', 'Wood']) renameSync(album.at(name), join(album.at('All'), name));
    await album.importer.run([album.at('All')], null);
    expect(albums(album).at(-1)).toEqual(['All', 2, 4]);
  });

  test('and holds only a few photos of an album is one of its own', async () => {
    const album = await openSea('a', 'b', 'c', 'd', 'e');
    for (const content of ['a', 'b']) writePhoto(join(album.at('Favourites'), `${content}.jpg`), content);
    renameSync(album.at('Sea'), album.at('away'));
    await album.importer.run([album.at('Favourites')], null);
    expect(albums(album)).toEqual([
      ['Sea', 0, 5],
      ['Favourites', 1, 2],
    ]);
  });

  test('and is large, but holds only a few photos of a larger album, is one of its own', async () => {
    const album = await openSea(...Array.from({ length: 300 }, (_, n) => String(n)));
    for (let n = 0; n < 140; n++) writePhoto(join(album.at('Favourites'), `${n}.jpg`), String(n));
    renameSync(album.at('Sea'), album.at('away'));
    await album.importer.run([album.at('Favourites')], null);
    expect(albums(album)).toEqual([
      ['Sea', 0, 300],
      ['Favourites', 1, 140],
    ]);
  });

  test('is not taken for that of an album on a disk that is unplugged', async () => {
    const album = openLibrary();
    const at = (...names: string[]): string => join(album.folder, ...names);
    for (const content of ['a', 'b']) writePhoto(at('Disk', 'Trip', `${content}.jpg`), content);
    await album.importer.run([at('Disk', 'Trip')], null);
    cpSync(at('Disk', 'Trip'), at('Copy'), { recursive: true });
    renameSync(at('Disk'), at('unplugged'));
    await album.importer.run([at('Copy')], null);
    expect(albums(album)).toEqual([
      ['Trip', 0, 2],
      ['Copy', 1, 2],
    ]);
  });

  test('is looked into no further when the import is cancelled, and gets no album in its place', async () => {
    const album = await openSea('a', 'b', 'c', 'd');
    renameSync(album.at('Sea'), album.at('Ocean'));
    const { catalog, host } = album;
    const before = host.reads.length;
    const controller = new AbortController();
    const parts: AlbumOfFolderParts = {
      catalog,
      host: {
        call: (...call) => {
          if (host.reads.length === before + 1) controller.abort();
          return host.client.call(...call);
        },
      },
      makeAlbum: () => Promise.reject(new Error('an album was made')),
    };
    await expect(albumOfFolder(parts, album.at('Ocean'), 'Ocean', controller.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(host.reads).toHaveLength(before + 2);
    expect(albums(album)).toEqual([['Sea', 0, 4]]);
  });
});

describe('a folder whose album was removed', () => {
  test('brings it back when it is added again, with its target class and its name', async () => {
    const album = await openSea('a', 'b');
    const { catalog, importer, log, albumId, at } = album;
    catalog.albums.rename(albumId, 'My sea');
    catalog.albums.setRemoved(albumId, removed);
    const result = await importer.run([at('Sea')], null);
    expect(result).toMatchObject({ albumIds: [albumId], added: 0, duplicates: 2, broughtBack: ['My sea'] });
    expect(result.sentence).toBe('“My sea” was brought back as it was. 2 were in the album already.');
    expect(albums(album)).toEqual([['My sea', 0, 2]]);
    expect(log.last('albums.changed')?.albumIds).toEqual([albumId]);
  });

  test('stays without one while no photo is in it', async () => {
    const album = await openSea('a');
    album.catalog.albums.setRemoved(album.albumId, removed);
    rmSync(join(album.at('Sea'), 'a.jpg'));
    const result = await album.importer.run([album.at('Sea')], null);
    expect(result.broughtBack).toEqual([]);
    expect(albums(album)).toEqual([]);
  });

  test('brings it back when photos had been taken out of it', async () => {
    const album = await openSea('a', 'b', 'c');
    const { catalog, importer, albumId, at } = album;
    for (const photoId of [1, 2]) catalog.albumPhotos.remove(albumId, photoId, removed);
    catalog.albums.setRemoved(albumId, removed);
    expect(await importer.run([at('Sea')], null)).toMatchObject({ albumIds: [albumId], broughtBack: ['Sea'] });
  });

  test('and that holds other photos now, as a memory card does, has a new one', async () => {
    const album = await openSea('a', 'b');
    const { catalog, importer, albumId, at } = album;
    catalog.albums.setRemoved(albumId, removed);
    rmSync(at('Sea'), { recursive: true });
    for (const content of ['a', 'x', 'y']) writePhoto(join(at('Sea'), `${content}.jpg`), `new ${content}`);
    const result = await importer.run([at('Sea')], null);
    expect(result).toMatchObject({ added: 3, broughtBack: [] });
    expect(result.albumIds).not.toContain(albumId);
    expect(albums(album)).toEqual([['Sea', 1, 3]]);
  });

  test('is that of an album that is there before it is that one', async () => {
    const album = await openSea('a', 'b');
    const { catalog, importer, albumId, at } = album;
    catalog.albums.setRemoved(albumId, removed);
    cpSync(at('Sea'), at('Ocean'), { recursive: true });
    const { albumIds } = await importer.run([at('Ocean')], null);
    rmSync(at('Ocean'), { recursive: true });
    expect(await importer.run([at('Sea')], null)).toMatchObject({ albumIds, broughtBack: [] });
    expect(albums(album)).toEqual([['Ocean', 1, 2]]);
  });

  test('has the one that was removed last, unless there is another already', async () => {
    const album = await openSea('a');
    const { catalog, importer, albumId, at } = album;
    const { folder } = catalog.albums.get(albumId);
    const later = catalog.albums.insert('Later', 7, folder, removed);
    catalog.albumPhotos.put(later, 1, removed);
    catalog.albums.setRemoved(later, '2026-11-24T12:00:00.000Z');
    expect(await importer.run([at('Sea')], null)).toMatchObject({ albumIds: [albumId], broughtBack: [] });
    catalog.albums.setRemoved(albumId, '2026-11-23T12:00:00.000Z');
    expect(await importer.run([at('Sea')], null)).toMatchObject({
      albumIds: [later],
      duplicates: 1,
      broughtBack: ['Later'],
    });
  });
});
