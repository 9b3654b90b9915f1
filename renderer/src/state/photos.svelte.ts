/** The photos of the open album: their order, the selection, and what changes while they are protected. */
import { SvelteMap } from 'svelte/reactivity';
import type { Failure, PhotoSummary } from '../../../electron/ipc/contract.ts';
import { failureOf, request } from '../lib/api.ts';
import { plural } from '../lib/format.ts';
import { NOTHING, retain, type Selection } from '../lib/selection.ts';
import { sortedIds, type SortKey } from '../lib/sort.ts';
import { notices } from './notices.svelte.ts';

class Photos {
  albumId = $state<number | null>(null);
  loading = $state(false);
  failure = $state.raw<Failure | null>(null);
  sort = $state<SortKey>('added');
  selection = $state.raw<Selection>(NOTHING);
  /** By id, so that one photo's change redraws one cell and not 100 000. */
  readonly byId = new SvelteMap<number, PhotoSummary>();
  /** As they were when the album was read: what orders that do not change are made from. */
  #loaded = $state.raw<readonly PhotoSummary[]>([]);
  /** As they are now. */
  #current = $state.raw<readonly PhotoSummary[]>([]);

  readonly order: readonly number[] = $derived(
    sortedIds(this.sort === 'status' ? this.#current : this.#loaded, this.sort),
  );
  readonly position = $derived(new Map(this.order.map((id, index) => [id, index])));
  readonly cursorPhoto = $derived(
    this.selection.cursor === null ? null : (this.byId.get(this.selection.cursor) ?? null),
  );
  /** The selected ids in the order shown. */
  readonly selectedIds = $derived(this.order.filter((id) => this.selection.ids.has(id)));

  /** Shows the photos of `albumId`; null shows none. */
  async open(albumId: number | null): Promise<void> {
    if (albumId === this.albumId) return;
    this.albumId = albumId;
    this.selection = NOTHING;
    this.#loaded = [];
    this.#current = [];
    this.byId.clear();
    await this.reload();
  }

  async reload(): Promise<void> {
    const albumId = this.albumId;
    this.failure = null;
    if (albumId === null) return;
    this.loading = true;
    try {
      const photos = await request('albums.photos', { albumId });
      if (this.albumId === albumId) this.#take(photos);
    } catch (thrown) {
      if (this.albumId === albumId) this.failure = failureOf(thrown);
    } finally {
      if (this.albumId === albumId) this.loading = false;
    }
  }

  /** Some photos of `albumId` have changed; false when one is not known yet, so that the album has to be read again. */
  update(albumId: number, changed: readonly PhotoSummary[]): boolean {
    if (albumId !== this.albumId) return true;
    const known = changed.filter((photo) => this.byId.has(photo.photoId));
    for (const photo of known) this.byId.set(photo.photoId, photo);
    this.#current = this.#loaded.map((photo) => this.byId.get(photo.photoId) ?? photo);
    return known.length === changed.length;
  }

  /** Takes photos out of the album; the notice puts them back. */
  async remove(photoIds: readonly number[]): Promise<void> {
    const albumId = this.albumId;
    if (albumId === null || photoIds.length === 0) return;
    await notices.attempt(async () => {
      await request('albums.removePhotos', { albumId, photoIds: [...photoIds] });
      const gone = new Set(photoIds);
      this.#take(this.#current.filter((photo) => !gone.has(photo.photoId)));
      notices.tell('info', `${plural(photoIds.length, 'photo')} left the album. The files were not touched.`, {
        label: 'Undo',
        run: () =>
          void notices.attempt(async () => {
            await request('albums.addPhotos', { albumId, photoIds: [...photoIds] });
            if (this.albumId === albumId) await this.reload();
          }),
      });
    });
  }

  #take(photos: readonly PhotoSummary[]): void {
    const before = this.order;
    const kept = new Set(photos.map((photo) => photo.photoId));
    for (const id of [...this.byId.keys()]) if (!kept.has(id)) this.byId.delete(id);
    for (const photo of photos) {
      const known = this.byId.get(photo.photoId);
      if (known === undefined || !same(known, photo)) this.byId.set(photo.photoId, photo);
    }
    this.#loaded = photos;
    this.#current = photos;
    this.selection = retain(this.selection, before, this.order);
  }
}

function same(a: PhotoSummary, b: PhotoSummary): boolean {
  return (
    a.status === b.status &&
    a.protectionId === b.protectionId &&
    a.name === b.name &&
    a.width === b.width &&
    a.height === b.height
  );
}

export const photos = new Photos();
