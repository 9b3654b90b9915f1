import type { Catalog } from '../catalog/index.ts';
import type { Emit } from '../events.ts';
import type { PhotoSummary } from '../ipc/contract.ts';

/** What has been found out about photos' files and is still to be told to the window, which shows what they were before. */
export class PhotoNews {
  readonly #catalog: Catalog;
  readonly #emit: Emit;
  readonly #changed = new Set<number>();

  constructor(catalog: Catalog, emit: Emit) {
    this.#catalog = catalog;
    this.#emit = emit;
  }

  /** The photo is another one than before to whoever sees it: its content, its name, or whether its file is there. */
  note(photoId: number): void {
    this.#changed.add(photoId);
  }

  /** Tells every album that holds a noted photo, all of its photos together. */
  tell(): void {
    const { albumPhotos } = this.#catalog;
    const changed = new Map<number, PhotoSummary[]>();
    for (const photoId of this.#changed) {
      for (const albumId of albumPhotos.albumsOf(photoId)) {
        const photo = albumPhotos.find(albumId, photoId);
        if (photo === undefined) continue;
        const photos = changed.get(albumId);
        if (photos === undefined) changed.set(albumId, [photo]);
        else photos.push(photo);
      }
    }
    this.#changed.clear();
    for (const [albumId, photos] of changed) this.#emit('photos.changed', { albumId, photos });
    // One of them may be the cover, or have come in another's place.
    if (changed.size > 0) this.#emit('albums.changed', { albumIds: [...changed.keys()] });
  }
}
