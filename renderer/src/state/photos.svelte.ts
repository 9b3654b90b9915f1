/** The photos of the open album: their order, the selection, and what changes while they are protected. */
import { SvelteMap } from 'svelte/reactivity';
import type { Failure, PhotoSummary } from '../../../electron/ipc/contract.ts';
import { albumPages } from '../lib/albumPages.ts';
import { failureOf, request } from '../lib/api.ts';
import { plural } from '../lib/format.ts';
import { NOTHING, retain, type Selection } from '../lib/selection.ts';
import { sorted, type SortKey } from '../lib/sort.ts';
import { notices } from './notices.svelte.ts';

/** Whether what the order and the rows are made from is the same. */
function isLaidOutAs(photo: PhotoSummary, before: PhotoSummary): boolean {
  return photo.width === before.width && photo.height === before.height && photo.name === before.name;
}

class Photos {
  albumId = $state<number | null>(null);
  loading = $state(false);
  /** False while the album is read for the first time: what is shown then is its beginning. */
  whole = $state(false);
  failure = $state.raw<Failure | null>(null);
  sort = $state<SortKey>('added');
  selection = $state.raw<Selection>(NOTHING);
  /** Counts how often the user has come back to the window: files may have changed meanwhile. */
  returns = $state(0);
  /** As they were when the album was read: what orders that do not change are made from. */
  #loaded = $state.raw<readonly PhotoSummary[]>([]);
  #byId = $state.raw(new SvelteMap<number, PhotoSummary>());
  /** As they are now, by id: for what looks at all of them, which would make 100 000 signals in {@link byId}. */
  #now = new Map<number, PhotoSummary>();
  /** Counts changes of {@link #now}. */
  #changes = $state(0);
  /** Counts readings: one that is overtaken by another is given up. */
  #reading = 0;
  /** What has changed since the reading under way began. */
  #changedMeanwhile = new Map<number, PhotoSummary>();
  #waiting: (() => void)[] = [];

  /** In the order shown. Where photos do not change places, they are as they were when the album was read. */
  readonly shown: readonly PhotoSummary[] = $derived(sorted(this.sort === 'status' ? this.#current() : this.#loaded, this.sort)); // prettier-ignore
  readonly order: readonly number[] = $derived(this.shown.map((photo) => photo.photoId));
  readonly position = $derived(new Map(this.order.map((id, index) => [id, index])));
  readonly cursorPhoto = $derived(
    this.selection.cursor === null ? null : (this.byId.get(this.selection.cursor) ?? null),
  );
  /** The selected ids in the order shown. */
  readonly selectedIds = $derived(this.order.filter((id) => this.selection.ids.has(id)));

  /** By id, so that one photo's change redraws one cell and not 100 000. */
  get byId(): ReadonlyMap<number, PhotoSummary> {
    return this.#byId;
  }

  /** Shows the photos of `albumId`; null shows none. */
  async open(albumId: number | null): Promise<void> {
    if (albumId === this.albumId) return;
    this.albumId = albumId;
    this.selection = NOTHING;
    this.whole = false;
    this.#waiting = [];
    this.#changedMeanwhile.clear();
    this.#take([]);
    await this.reload();
  }

  async reload(): Promise<void> {
    const albumId = this.albumId;
    const reading = ++this.#reading;
    // What was told before is older than what is read now.
    this.#changedMeanwhile.clear();
    this.failure = null;
    this.loading = albumId !== null;
    if (albumId === null) return;
    try {
      const read: PhotoSummary[] = [];
      for await (const page of albumPages(albumId)) {
        if (this.#reading !== reading) return;
        const isFirst = read.length === 0;
        read.push(...page);
        // What is shown first does not wait for the rest, unless the rest may belong before it.
        if (isFirst && !this.whole && this.sort === 'added') this.#take([...read]);
      }
      this.#take(read);
      this.#becomeWhole();
    } catch (thrown) {
      if (this.#reading === reading) this.failure = failureOf(thrown);
    } finally {
      if (this.#reading === reading) {
        this.loading = false;
        this.#changedMeanwhile.clear();
      }
    }
  }

  /**
   * Another one whenever the photo's file may be there again: when it is not missing any more, and on every return. A
   * picture that could not be had is then asked for again.
   */
  sightingOf({ status }: PhotoSummary): string {
    return `${status === 'missing'} ${this.returns}`;
  }

  /** Calls `act` when the whole album is there; never when another one is opened before. */
  whenWhole(act: () => void): void {
    if (this.whole) act();
    else this.#waiting.push(act);
  }

  /** The user comes back from another program, which may have edited photos, or connects a disk again. */
  async comeBack(): Promise<void> {
    this.returns += 1;
    if (this.albumId !== null) await request('albums.check', { albumId: this.albumId });
  }

  /**
   * Some photos of `albumId` have changed; false when the album has to be read again, as one is not known yet or has
   * another place in the layout.
   */
  update(albumId: number, changed: readonly PhotoSummary[]): boolean {
    if (albumId !== this.albumId) return true;
    if (this.loading) for (const photo of changed) this.#changedMeanwhile.set(photo.photoId, photo);
    const known = changed.filter((photo) => this.#now.has(photo.photoId));
    const isLaidOut = known.every((photo) => isLaidOutAs(photo, this.#now.get(photo.photoId) ?? photo));
    for (const photo of known) {
      this.#now.set(photo.photoId, photo);
      this.#byId.set(photo.photoId, photo);
    }
    this.#changes += 1;
    // One that is not known may still come with the pages that are being read.
    return (known.length === changed.length && isLaidOut) || !this.whole;
  }

  /** Takes photos out of the album; the notice puts them back. */
  async remove(photoIds: readonly number[]): Promise<void> {
    const albumId = this.albumId;
    if (albumId === null || photoIds.length === 0) return;
    await notices.attempt(async () => {
      await request('albums.removePhotos', { albumId, photoIds: [...photoIds] });
      const gone = new Set(photoIds);
      this.#take([...this.#now.values()].filter((photo) => !gone.has(photo.photoId)));
      // Pages that have been read already still have them.
      if (this.loading) void this.reload();
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
    const now = new Map(photos.map((photo) => [photo.photoId, this.#changedMeanwhile.get(photo.photoId) ?? photo]));
    this.#now = now;
    this.#byId = new SvelteMap(now);
    this.#loaded = [...now.values()];
    this.selection = retain(this.selection, before, this.order);
  }

  #current(): readonly PhotoSummary[] {
    if (this.#changes === 0) return this.#loaded;
    return this.#loaded.map((photo) => this.#now.get(photo.photoId) ?? photo);
  }

  #becomeWhole(): void {
    this.whole = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const act of waiting) act();
  }
}

export const photos = new Photos();
