import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import { fileFailure } from '../../engine/files/index.ts';
import type { Catalog, PhotoFacts, PhotoRow } from '../catalog/index.ts';
import type { Emit } from '../events.ts';
import type { HostClient } from '../hosts/client.ts';
import type { PhotoPlace, PhotoSummary } from '../ipc/contract.ts';
import type { PhotoCalls } from './photoCalls.ts';

/** How soon an album is looked through again when it is listed again. */
const QUIET_MS = 10_000;
/** Photos that are listed at once while an album is looked through. */
const PAGE = 500;

/** Everything that reading a file tells. `mtimeMs` is from before the reading: a change meanwhile is seen later. */
export async function readFacts(host: Pick<HostClient<PhotoCalls>, 'call'>, path: string): Promise<PhotoFacts> {
  try {
    const { mtimeMs } = await stat(path);
    const { info, sha256 } = await host.call('read', { path });
    return { sha256, name: basename(path), mtimeMs, info };
  } catch (thrown) {
    throw fileFailure(path, thrown);
  }
}

/** Keeps the catalog true to the files that it refers to: which have gone, which have changed. */
export class Freshness {
  readonly #catalog: Catalog;
  readonly #host: Pick<HostClient<PhotoCalls>, 'call'>;
  readonly #emit: Emit;
  readonly #now: () => Date;
  readonly #lastCheck = new Map<number, number>();
  readonly #checks = new Set<Promise<void>>();
  /** The looks at files that are being taken, by photo. */
  readonly #looks = new Map<number, Promise<PhotoRow>>();
  #stopping = false;

  constructor(catalog: Catalog, host: Pick<HostClient<PhotoCalls>, 'call'>, emit: Emit, now: () => Date) {
    this.#catalog = catalog;
    this.#host = host;
    this.#emit = emit;
    this.#now = now;
  }

  /**
   * Looks at a photo's file and, when its size or time differs, at its content. Answers the row that stands for the
   * file now: another one when the new content was known already. All who ask while one looks get what that one finds.
   * @throws UserError `vanished` when the file is gone, or what reading it says.
   */
  async refresh(photoId: number): Promise<PhotoRow> {
    const before = this.#catalog.photos.find(photoId)?.sha256;
    const photo = await this.#shared(photoId);
    if (photo.sha256 !== before) this.#tellOther(photo.photoId);
    return photo;
  }

  #shared(photoId: number): Promise<PhotoRow> {
    const look = this.#looks.get(photoId) ?? this.#look(photoId).finally(() => this.#looks.delete(photoId));
    this.#looks.set(photoId, look);
    return look;
  }

  /** The window still shows what the photo was before. */
  #tellOther(photoId: number): void {
    const { albumPhotos } = this.#catalog;
    const albumIds = albumPhotos.albumsOf(photoId);
    for (const albumId of albumIds) {
      const photo = albumPhotos.find(albumId, photoId);
      if (photo !== undefined) this.#emit('photos.changed', { albumId, photos: [photo] });
    }
    if (albumIds.length > 0) this.#emit('albums.changed', { albumIds });
  }

  async #look(photoId: number): Promise<PhotoRow> {
    const { photos } = this.#catalog;
    const photo = photos.find(photoId);
    if (photo === undefined)
      throw new UserError('vanished', 'This photo is no longer in the catalog.', 'Add it again.');
    let size: number;
    let mtimeMs: number;
    try {
      ({ size, mtimeMs } = await stat(photo.path));
    } catch (thrown) {
      if (this.#hasMoved(photo)) return this.#look(photoId);
      const meaning = fileFailure(photo.path, thrown);
      if (meaning instanceof UserError && meaning.code === 'vanished' && photo.missingSince === null) {
        photos.setMissing(photoId, this.#now().toISOString());
      }
      throw meaning;
    }
    if (this.#hasMoved(photo)) return this.#look(photoId);
    const isBack = photo.missingSince !== null;
    if (isBack) photos.setMissing(photoId, null);
    if (size === photo.bytes && mtimeMs === photo.mtimeMs) return isBack ? this.#row(photoId) : photo;
    const facts = await readFacts(this.#host, photo.path);
    return this.#hasMoved(photo) ? this.#look(photoId) : this.#adopt(photo, facts);
  }

  /** True when the content of `photo` was found in another file meanwhile: what was seen of this one is not its. */
  #hasMoved(photo: PhotoRow): boolean {
    return this.#row(photo.photoId).path !== photo.path;
  }

  /** The file behind `photo` reads as `facts` now. The row itself may have changed since `photo` was read. */
  #adopt(photo: PhotoRow, facts: PhotoFacts): PhotoRow {
    const { photos, albumPhotos } = this.#catalog;
    return this.#catalog.transaction(() => {
      const known = photos.findByContent(facts.sha256);
      if (known?.photoId === photo.photoId) {
        photos.moveTo(photo.photoId, photo.path, facts.name, facts.mtimeMs);
        return this.#row(photo.photoId);
      }
      if (known === undefined) {
        photos.replaceContent(photo.photoId, facts);
        albumPhotos.settlePhoto(photo.photoId);
        return this.#row(photo.photoId);
      }
      const now = this.#now().toISOString();
      if (known.missingSince !== null) photos.moveTo(known.photoId, facts.info.path, facts.name, facts.mtimeMs);
      albumPhotos.exchange(photo.photoId, known.photoId, now);
      photos.setMissing(photo.photoId, now);
      return this.#row(known.photoId);
    });
  }

  #row(photoId: number): PhotoRow {
    const row = this.#catalog.photos.find(photoId);
    if (row === undefined) throw new Error(`photo ${photoId} left the catalog`);
    return row;
  }

  /**
   * Looks through an album's files in the background and tells what has changed; not again while that lasts, and for
   * `quietMs` after it.
   */
  async checkAlbum(albumId: number, quietMs = QUIET_MS): Promise<void> {
    const check = this.#checkAlbum(albumId, quietMs);
    this.#checks.add(check);
    await check.finally(() => this.#checks.delete(check));
  }

  /** Looks at no further photo; resolves when the one that is being looked at is done with. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#checks);
  }

  async #checkAlbum(albumId: number, quietMs: number): Promise<void> {
    const time = (): number => this.#now().getTime();
    if (time() - (this.#lastCheck.get(albumId) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    this.#lastCheck.set(albumId, Number.POSITIVE_INFINITY);
    try {
      let place: PhotoPlace | null = null;
      do place = await this.#checkPage(albumId, place);
      while (place !== null);
    } finally {
      this.#lastCheck.set(albumId, time());
    }
  }

  /** The photos of an album behind `after`, so few that listing them holds up nothing. Answers where to go on. */
  async #checkPage(albumId: number, after: PhotoPlace | null): Promise<PhotoPlace | null> {
    const { photos: before, next } = this.#catalog.albumPhotos.page(albumId, after, PAGE);
    for (const { photoId } of before) {
      if (this.#stopping) return null;
      try {
        // Told below, all together.
        await this.#shared(photoId);
      } catch (thrown) {
        // Told by the photo's status (missing), or when the user protects it (unreadable).
        if (!(thrown instanceof UserError)) throw thrown;
      }
    }
    const known = new Map(before.map((photo) => [photo.photoId, photo]));
    const { photos: now } = this.#catalog.albumPhotos.page(albumId, after, PAGE);
    // Where one has left, one of the next page may have moved up: telling of it too does no harm.
    const isOtherContent = (photo: PhotoSummary): boolean => known.get(photo.photoId)?.version !== photo.version;
    const changed = now.filter((photo) => known.get(photo.photoId)?.status !== photo.status || isOtherContent(photo));
    // Edited outside: the window has laid out the picture that it was.
    const isOther = now.some((photo) => {
      const was = known.get(photo.photoId);
      return was !== undefined && (was.width !== photo.width || was.height !== photo.height || was.name !== photo.name);
    });
    const here = new Set(now.map((photo) => photo.photoId));
    // One of another content may be the cover.
    const isOtherAlbum = before.some(({ photoId }) => !here.has(photoId)) || now.some(isOtherContent);
    if (isOtherAlbum) this.#emit('albums.changed', { albumIds: [albumId] });
    if (isOther) this.#emit('photos.allChanged', { albumId });
    else if (changed.length > 0) this.#emit('photos.changed', { albumId, photos: changed });
    return next;
  }
}
