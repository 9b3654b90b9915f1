import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openCatalog, type Catalog, type PhotoFacts } from '../../../electron/catalog/index.ts';
import type { Input, PhotoSummary } from '../../../electron/ipc/contract.ts';
import { toColumns } from '../../../electron/ipc/photoColumns.ts';
import { fromColumns } from '../../../renderer/src/lib/photoColumns.ts';
import { photos } from '../../../renderer/src/state/photos.svelte.ts';
import { temporaryFolder } from '../electron/support/folders.ts';

const NOW = '2026-11-22T12:00:00.000Z';
/** Three pages: 500, 4000 and the rest. */
const MANY = 6000;

function facts(n: number): PhotoFacts {
  return {
    sha256: n.toString(16).padStart(64, '0'),
    name: `${MANY - n}.jpg`,
    mtimeMs: 1,
    info: {
      path: `/photos/${n}.jpg`,
      format: 'jpeg',
      width: 300 + n,
      height: 200,
      orientation: 1,
      bitDepth: 8,
      colour: 'rgb',
      hasAlpha: false,
      hasProfile: false,
      bytes: 1,
      takenAt: null,
    },
  };
}

function openAlbum(count: number): { catalog: Catalog; albumId: number } {
  const { catalog } = openCatalog(temporaryFolder());
  onTestFinished(() => catalog.close());
  const albumId = catalog.albums.insert('Many', 0, null, NOW);
  catalog.transaction(() => {
    for (let n = 1; n <= count; n++) catalog.albumPhotos.put(albumId, catalog.photos.insert(facts(n), NOW), NOW);
  });
  return { catalog, albumId };
}

/** A window whose requests for photos this catalog answers; `beforePage` is called with the photos asked for before. */
function answerFrom(catalog: Catalog, beforePage: (asked: number) => void = () => undefined): void {
  let asked = 0;
  const request = async (channel: string, input: Input<'albums.photos'> & Input<'albums.removePhotos'>) => {
    await Promise.resolve();
    if (channel === 'albums.removePhotos') {
      for (const photoId of input.photoIds) catalog.albumPhotos.remove(input.albumId, photoId, NOW);
      return { ok: true, value: null };
    }
    beforePage(asked);
    asked += input.limit;
    const { photos: page, next } = catalog.albumPhotos.page(input.albumId, input.after, input.limit);
    return { ok: true, value: { photos: toColumns(page), next } };
  };
  vi.stubGlobal('window', { stillgrain: { request } });
  vi.stubGlobal('requestIdleCallback', (act: () => void) => setTimeout(act));
}

describe('photos as columns', () => {
  it('are what they were', () => {
    const list: PhotoSummary[] = [
      {
        photoId: 7,
        name: 'Sommer, 3\n.jpg',
        width: 3,
        height: 2,
        version: 'fedcba987654',
        status: 'stale',
        protectionId: 9,
      },
      { photoId: 4_294_967_296, name: '', width: 1, height: 70_000, version: '0', status: 'new', protectionId: null },
    ];
    expect(fromColumns(structuredClone(toColumns(list)))).toEqual(list);
    expect(fromColumns(toColumns([]))).toEqual([]);
  });
});

describe('the photos of the open album', () => {
  beforeEach(async () => {
    await photos.open(null);
    photos.sort = 'added';
  });

  it('are shown from the first page on, and are all of them in the end', async () => {
    const { catalog, albumId } = openAlbum(MANY);
    const shown: number[] = [];
    answerFrom(catalog, () => shown.push(photos.order.length));
    await photos.open(albumId);
    expect(shown).toEqual([0, 500, 500]);
    expect(photos.order).toEqual(catalog.albumPhotos.ids(albumId));
    expect([...photos.byId.values()]).toEqual(catalog.albumPhotos.list(albumId));
    expect([photos.whole, photos.loading]).toEqual([true, false]);
  });

  it('sorted by name are not shown before the last of them has come', async () => {
    const { catalog, albumId } = openAlbum(MANY);
    photos.sort = 'name';
    const shown: number[] = [];
    answerFrom(catalog, () => shown.push(photos.order.length));
    await photos.open(albumId);
    expect(shown).toEqual([0, 0, 0]);
    expect(photos.order[0]).toBe(MANY);
  });

  it('that change while they are read are as they are now', async () => {
    const { catalog, albumId } = openAlbum(MANY);
    const change = (photoId: number): void => {
      catalog.photos.setMissing(photoId, NOW);
      const photo = catalog.albumPhotos.find(albumId, photoId);
      expect(photos.update(albumId, photo === undefined ? [] : [photo])).toBe(true);
    };
    answerFrom(catalog, (asked) => {
      if (asked === 500) [1, 5000].forEach(change);
      if (asked === 4500) [2, 600].forEach(change);
    });
    await photos.open(albumId);
    expect([...photos.byId.values()]).toEqual(catalog.albumPhotos.list(albumId));
    photos.sort = 'status';
    expect(photos.order.slice(0, 5)).toEqual([1, 2, 600, 5000, 3]);
  });

  it('that are read again are as they are now, whatever was told before', async () => {
    const { catalog, albumId } = openAlbum(MANY);
    const tell = (missingSince: string | null): void => {
      catalog.photos.setMissing(1, missingSince);
      const photo = catalog.albumPhotos.find(albumId, 1);
      photos.update(albumId, photo === undefined ? [] : [photo]);
    };
    let again: Promise<void> | undefined;
    answerFrom(catalog, (asked) => {
      if (asked !== 500) return;
      tell(NOW);
      // With many others: nobody tells of this one.
      catalog.photos.setMissing(1, null);
      again = photos.reload();
    });
    await photos.open(albumId);
    await again;
    expect(photos.byId.get(1)?.status).toBe('new');
    expect(photos.loading).toBe(false);
  });

  it('wait with what needs all of them', async () => {
    const { catalog, albumId } = openAlbum(MANY);
    const acted: number[] = [];
    let asked = false;
    answerFrom(catalog, () => {
      if (!asked) photos.whenWhole(() => acted.push(photos.order.length));
      asked = true;
    });
    await photos.open(albumId);
    photos.whenWhole(() => acted.push(-1));
    expect(acted).toEqual([MANY, -1]);
  });

  it('of an album that was left while it was read do not come any more', async () => {
    const { catalog, albumId } = openAlbum(MANY);
    const other = catalog.albums.insert('Few', 0, null, NOW);
    catalog.albumPhotos.put(other, 3, NOW);
    let second: Promise<void> | undefined;
    answerFrom(catalog, (before) => {
      if (before === 500) second = photos.open(other);
    });
    await photos.open(albumId);
    await second;
    expect([photos.order, photos.whole, photos.loading]).toEqual([[3], true, false]);
  });

  it('that are taken out while the album is read stay out', async () => {
    const { catalog, albumId } = openAlbum(MANY);
    let removal: Promise<void> | undefined;
    answerFrom(catalog, (before) => {
      if (before === 4500) removal = photos.remove([1, 2, 3]);
    });
    await photos.open(albumId);
    await removal;
    await vi.waitFor(() => expect(photos.loading).toBe(false));
    expect(photos.order).toHaveLength(MANY - 3);
    expect(photos.order[0]).toBe(4);
  });
});
