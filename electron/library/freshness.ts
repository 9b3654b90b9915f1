import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import { fileFailure, isSameStamp, stampOf, type FileStamp } from '../../engine/files/index.ts';
import type { Catalog, PhotoFacts, PhotoRow } from '../catalog/index.ts';
import type { Emit } from '../events.ts';
import type { HostClient } from '../hosts/client.ts';
import type { PhotoPlace } from '../ipc/contract.ts';
import type { PhotoCalls } from './photoCalls.ts';
import { PhotoNews } from './photoNews.ts';

/** How soon an album is looked through again when it is listed again. */
const QUIET_MS = 10_000;
/** Photos that are listed at once while an album is looked through. */
const PAGE = 500;
/** A time that no file was written at: renamed files have led to this place, and what is there is not known to be the photo. */
export const UNREAD = -1;

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
  readonly #news: PhotoNews;
  readonly #now: () => Date;
  readonly #lastCheck = new Map<number, number>();
  readonly #checks = new Set<Promise<void>>();
  /** The looks at files that are being taken, by photo. */
  readonly #looks = new Map<number, Promise<PhotoRow>>();
  #stopping = false;

  constructor(catalog: Catalog, host: Pick<HostClient<PhotoCalls>, 'call'>, emit: Emit, now: () => Date) {
    this.#catalog = catalog;
    this.#host = host;
    this.#news = new PhotoNews(catalog, emit);
    this.#now = now;
  }

  /**
   * Looks at a photo's file and, when its size or time differs, at its content. Answers the row that stands for the
   * photo now: itself, even where its content was found under the name of another photo, or the one whose content its
   * file has now. All who ask while one looks get what that one finds, and the window is told what that is.
   * @throws UserError `vanished` when the file is gone, or what reading it says.
   */
  async refresh(photoId: number): Promise<PhotoRow> {
    try {
      return await this.#shared(photoId);
    } finally {
      this.tell();
    }
  }

  /** The content of a photo was found at `path`, and not where it was before. {@link tell} tells it. */
  found(photoId: number, path: string, facts: PhotoFacts): void {
    this.#catalog.photos.moveTo(photoId, path, facts.name, facts.mtimeMs);
    this.#news.note(photoId);
  }

  /** Tells the window what has been found and is not told yet. */
  tell(): void {
    this.#news.tell();
  }

  #shared(photoId: number): Promise<PhotoRow> {
    const look = this.#looks.get(photoId) ?? this.#lookOrReplace(photoId).finally(() => this.#looks.delete(photoId));
    this.#looks.set(photoId, look);
    return look;
  }

  async #lookOrReplace(photoId: number): Promise<PhotoRow> {
    const path = this.#catalog.photos.find(photoId)?.path;
    try {
      return await this.#look(photoId);
    } catch (thrown) {
      const isGone = path !== undefined && thrown instanceof UserError && thrown.code === 'vanished';
      const other = isGone ? this.#replaceBy(photoId, path) : null;
      if (other === null) throw thrown;
      return other;
    }
  }

  async #look(photoId: number): Promise<PhotoRow> {
    const { photos } = this.#catalog;
    const photo = photos.find(photoId);
    if (photo === undefined)
      throw new UserError('vanished', 'This photo is no longer in the catalog.', 'Add it again.');
    let stamp: FileStamp;
    try {
      stamp = await stampOf(photo.path);
    } catch (thrown) {
      if (this.#isOutdated(photo)) return this.#look(photoId);
      if (thrown instanceof UserError && thrown.code === 'vanished' && photo.missingSince === null) {
        this.#setMissing(photoId, this.#now().toISOString());
      }
      throw thrown;
    }
    if (this.#isOutdated(photo)) return this.#look(photoId);
    // A file at a place that the photo was only led to may be another one.
    const isOwnPlace = photo.mtimeMs !== UNREAD;
    if (photo.missingSince !== null && isOwnPlace) this.#setMissing(photoId, null);
    if (isSameStamp(stamp, photo)) return this.#row(photoId);
    const facts = await readFacts(this.#host, photo.path);
    if (this.#isOutdated(photo)) return this.#look(photoId);
    const known = photos.findByContent(facts.sha256);
    if (known === undefined && !isOwnPlace) throw this.#lost(photo);
    if (known === undefined || known.photoId === photoId) return this.#adopt(photo, facts);
    const isCopy = await this.#hasContent(known);
    if (this.#isOutdated(photo) || this.#isOutdated(known)) return this.#look(photoId);
    if (isCopy && !isOwnPlace) throw this.#lost(photo);
    return isCopy ? this.#giveWay(photo, known) : this.#tradePlaces(photo, known, facts);
  }

  /** True when `photo` was found in another file, or with another content, meanwhile: what was seen of it is old. */
  #isOutdated({ photoId, path, sha256 }: PhotoRow): boolean {
    const now = this.#row(photoId);
    return now.path !== path || now.sha256 !== sha256;
  }

  #setMissing(photoId: number, since: string | null): void {
    this.#catalog.photos.setMissing(photoId, since);
    this.#news.note(photoId);
  }

  /** The content of `photo` is not where renamed files led to: a new photo is there, which is not an edit of this one. */
  #lost({ photoId, name, path, missingSince }: PhotoRow): UserError {
    if (missingSince === null) this.#setMissing(photoId, this.#now().toISOString());
    return new UserError(
      'vanished',
      `The file of the photo that was last called “${name}” was not found.`,
      'Put it back, or add it again from its new place.',
      { file: path },
    );
  }

  /** The file behind `photo` reads as `facts` now: it was only touched, or has a content that no other photo has. */
  #adopt(photo: PhotoRow, facts: PhotoFacts): PhotoRow {
    const { photos, albumPhotos } = this.#catalog;
    if (photo.sha256 === facts.sha256) {
      photos.moveTo(photo.photoId, photo.path, facts.name, facts.mtimeMs);
      return this.#row(photo.photoId);
    }
    this.#catalog.transaction(() => {
      photos.replaceContent(photo.photoId, facts);
      albumPhotos.settlePhoto(photo.photoId);
    });
    this.#news.note(photo.photoId);
    return this.#row(photo.photoId);
  }

  /** Whether the content of a photo is in its own file. Read, whatever its size and time: names can be traded for equal ones. */
  async #hasContent({ path, sha256 }: PhotoRow): Promise<boolean> {
    try {
      return (await readFacts(this.#host, path)).sha256 === sha256;
    } catch (thrown) {
      if (thrown instanceof UserError) return false;
      throw thrown;
    }
  }

  /** The file behind `photo` has become a copy of `known`, whose own file is there: that stands for both. */
  #giveWay(photo: PhotoRow, known: PhotoRow): PhotoRow {
    const now = this.#now().toISOString();
    this.#catalog.transaction(() => {
      this.#catalog.albumPhotos.exchange(photo.photoId, known.photoId, now);
      this.#setMissing(photo.photoId, now);
    });
    this.#news.note(known.photoId);
    return this.#row(known.photoId);
  }

  /**
   * The content of `known` has come into the file behind `photo` and is not in its own any more: files were renamed. Where
   * it was may be where that of `photo` is now, or, of a whole row of files, where the one is that leads on to it.
   */
  async #tradePlaces(photo: PhotoRow, known: PhotoRow, facts: PhotoFacts): Promise<PhotoRow> {
    const { photos } = this.#catalog;
    this.#catalog.transaction(() => {
      this.found(known.photoId, photo.path, facts);
      photos.moveTo(photo.photoId, known.path, known.name, UNREAD);
    });
    this.#news.note(photo.photoId);
    // A row may be long, and can be followed from here at another time.
    if (this.#stopping) throw new UserError('cancelled', 'Stillgrain is closing.', 'Start it again.');
    return this.#look(photo.photoId);
  }

  /**
   * The content of a photo is nowhere any more. When that of another one has come to `path`, where it was, then that
   * takes its place in its albums; unless one of them had both, and has lost this one. Answers the other one.
   */
  #replaceBy(photoId: number, path: string): PhotoRow | null {
    const { photos, albumPhotos } = this.#catalog;
    const other = photos.findByPath(path);
    if (other === undefined || other.photoId === photoId || other.missingSince !== null) return null;
    if (albumPhotos.areTogether(photoId, other.photoId)) return null;
    this.#catalog.transaction(() => albumPhotos.exchange(photoId, other.photoId, this.#now().toISOString()));
    this.#news.note(other.photoId);
    return other;
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
    const { photos, next } = this.#catalog.albumPhotos.page(albumId, after, PAGE);
    try {
      for (const { photoId } of photos) {
        if (this.#stopping) return null;
        await this.#shared(photoId).catch((thrown: unknown) => {
          // Told by the photo's status (missing), or when the user protects it (unreadable).
          if (!(thrown instanceof UserError)) throw thrown;
        });
      }
    } finally {
      this.tell();
    }
    return next;
  }
}
