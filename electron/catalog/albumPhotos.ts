import type { Database } from 'better-sqlite3';
import type { PhotoPlace, PhotoStatus, PhotoSummary } from '../ipc/contract.ts';

/** What `album_photos.state` may say; `missing` is the photo's, not the album's, and is added on reading. */
export type AlbumPhotoState = Exclude<PhotoStatus, 'missing'>;

interface SummaryRow {
  position: number;
  photoId: number;
  name: string;
  width: number;
  height: number;
  orientation: number;
  version: string;
  missingSince: string | null;
  state: AlbumPhotoState;
  protectionId: number | null;
}

/** Before everything: positions begin at 1. */
const BEGINNING: PhotoPlace = { position: 0, photoId: 0 };

const SUMMARY = `
  SELECT ap.position AS position, p.id AS photoId, p.name AS name, p.width AS width, p.height AS height, p.orientation AS orientation,
    substr(p.sha256, 1, 12) AS version, p.missing_since AS missingSince, ap.state AS state, ap.protection_id AS protectionId
  FROM album_photos ap JOIN photos p ON p.id = ap.photo_id
  WHERE ap.album_id = +@albumId AND ap.removed_at IS NULL`;

/**
 * The one rule of where a photo of an album stands, from its tasks and its newest protection: at work, waiting,
 * failed at the last try, protected, protected but changed since, or new.
 */
const RULE = `
  UPDATE album_photos SET state = CASE
    WHEN EXISTS (SELECT 1 FROM tasks t WHERE t.photo_id = album_photos.photo_id
      AND t.album_id = album_photos.album_id AND t.state = 'running') THEN 'protecting'
    WHEN EXISTS (SELECT 1 FROM tasks t WHERE t.photo_id = album_photos.photo_id
      AND t.album_id = album_photos.album_id AND t.state = 'waiting') THEN 'waiting'
    WHEN (SELECT t.state FROM tasks t WHERE t.photo_id = album_photos.photo_id
      AND t.album_id = album_photos.album_id AND t.state <> 'cancelled' ORDER BY t.id DESC LIMIT 1) = 'failed'
      THEN 'failed'
    WHEN protection_id IS NULL THEN 'new'
    WHEN (SELECT source_sha256 FROM protections WHERE id = protection_id)
      = (SELECT sha256 FROM photos WHERE id = album_photos.photo_id) THEN 'protected'
    ELSE 'stale' END`;

/** True for EXIF orientations that turn the photo by a quarter. */
function isTurned(orientation: number): boolean {
  return orientation >= 5;
}

function toSummary(row: SummaryRow): PhotoSummary {
  const turned = isTurned(row.orientation);
  return {
    photoId: row.photoId,
    name: row.name,
    width: turned ? row.height : row.width,
    height: turned ? row.width : row.height,
    version: row.version,
    status: row.missingSince === null ? row.state : 'missing',
    protectionId: row.protectionId,
  };
}

/** The table `album_photos`: which photo is in which album, in which order, and where it stands there. */
export class AlbumPhotos {
  readonly #all;
  readonly #page;
  readonly #one;
  readonly #ids;
  readonly #idsByContent;
  readonly #newestProtection;
  readonly #has;
  readonly #putSettled;
  readonly #remove;
  readonly #albumsOf;
  readonly #together;
  readonly #repoint;
  readonly #removeEverywhere;
  readonly #setProtection;
  readonly #settleOne;
  readonly #settlePhoto;
  readonly #settleJob;

  constructor(db: Database) {
    this.#all = db.prepare<[{ albumId: number }], SummaryRow>(`${SUMMARY} ORDER BY ap.position, ap.photo_id`);
    this.#page = db.prepare<[{ albumId: number; position: number; photoId: number; limit: number }], SummaryRow>(
      `${SUMMARY} AND (ap.position, ap.photo_id) > (+@position, +@photoId) ORDER BY ap.position, ap.photo_id LIMIT +@limit`,
    );
    this.#one = db.prepare<[{ albumId: number; photoId: number }], SummaryRow>(
      `${SUMMARY} AND ap.photo_id = +@photoId`,
    );
    this.#ids = db.prepare<[number], { photoId: number }>(
      'SELECT photo_id AS photoId FROM album_photos WHERE album_id = +? AND removed_at IS NULL ORDER BY position',
    );
    this.#idsByContent = db.prepare<[number], { photoId: number }>(`
      SELECT ap.photo_id AS photoId FROM album_photos ap JOIN photos p ON p.id = ap.photo_id
      WHERE ap.album_id = +? AND ap.removed_at IS NULL ORDER BY p.sha256`);
    this.#newestProtection = db.prepare<[number], { protectionId: number | null }>(`
      SELECT protection_id AS protectionId FROM album_photos WHERE album_id = +? AND removed_at IS NULL
      ORDER BY protection_id DESC LIMIT 1`);
    this.#has = db.prepare<[number, number], { removedAt: string | null }>(
      'SELECT removed_at AS removedAt FROM album_photos WHERE album_id = +? AND photo_id = +?',
    );
    const put = db.prepare<[{ albumId: number; photoId: number; now: string }]>(`
      INSERT INTO album_photos (album_id, photo_id, position, added_at)
      VALUES (@albumId, @photoId,
        (SELECT coalesce(max(position), 0) + 1 FROM album_photos WHERE album_id = +@albumId), @now)
      ON CONFLICT (album_id, photo_id) DO UPDATE SET removed_at = NULL`);
    this.#remove = db.prepare<[string, number, number]>(
      'UPDATE album_photos SET removed_at = ? WHERE album_id = +? AND photo_id = +? AND removed_at IS NULL',
    );
    this.#albumsOf = db.prepare<[number], { albumId: number }>(`
      SELECT ap.album_id AS albumId FROM album_photos ap JOIN albums a ON a.id = ap.album_id
      WHERE ap.photo_id = +? AND ap.removed_at IS NULL AND a.removed_at IS NULL ORDER BY ap.album_id`);
    this.#together = db.prepare<[number, number], { albumId: number }>(`
      SELECT one.album_id AS albumId FROM album_photos one JOIN album_photos other ON other.album_id = one.album_id
      JOIN albums a ON a.id = one.album_id AND a.removed_at IS NULL
      WHERE one.photo_id = +? AND other.photo_id = +? AND one.removed_at IS NULL AND other.removed_at IS NULL LIMIT 1`);
    this.#repoint = db.prepare<[{ from: number; to: number; now: string }]>(`
      INSERT INTO album_photos (album_id, photo_id, position, added_at)
      SELECT album_id, @to, position, @now FROM album_photos WHERE photo_id = +@from AND removed_at IS NULL
      ON CONFLICT (album_id, photo_id) DO UPDATE SET removed_at = NULL`);
    this.#removeEverywhere = db.prepare<[string, number]>(
      'UPDATE album_photos SET removed_at = ? WHERE photo_id = +? AND removed_at IS NULL',
    );
    this.#setProtection = db.prepare<[number, number, number]>(
      'UPDATE album_photos SET protection_id = ? WHERE album_id = +? AND photo_id = +?',
    );
    this.#settleOne = db.prepare<[number, number]>(`${RULE} WHERE album_id = +? AND photo_id = +?`);
    this.#putSettled = db.transaction((albumId: number, photoId: number, now: string) => {
      put.run({ albumId, photoId, now });
      this.settle(albumId, photoId);
    });
    this.#settlePhoto = db.prepare<[number]>(`${RULE} WHERE photo_id = +?`);
    this.#settleJob = db.prepare<[{ jobId: number }]>(
      `${RULE} WHERE album_id = (SELECT album_id FROM jobs WHERE id = +@jobId)
        AND photo_id IN (SELECT photo_id FROM tasks WHERE job_id = +@jobId)`,
    );
  }

  /** Every photo of an album in its order. */
  list(albumId: number): PhotoSummary[] {
    return this.#all.all({ albumId }).map(toSummary);
  }

  /**
   * Up to `limit` photos of an album in its order, those behind `after`. `next` is where the following page begins; null
   * when there is none.
   */
  page(albumId: number, after: PhotoPlace | null, limit: number): { photos: PhotoSummary[]; next: PhotoPlace | null } {
    const rows = this.#page.all({ albumId, ...(after ?? BEGINNING), limit });
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      photos: rows.map(toSummary),
      next: last === undefined ? null : { position: last.position, photoId: last.photoId },
    };
  }

  /** One photo of an album, when it is there. */
  find(albumId: number, photoId: number): PhotoSummary | undefined {
    const row = this.#one.get({ albumId, photoId });
    return row === undefined ? undefined : toSummary(row);
  }

  ids(albumId: number): number[] {
    return this.#ids.all(albumId).map((row) => row.photoId);
  }

  /** In the order of their contents' hashes: the first of them are a sample that no taste has chosen. */
  idsByContent(albumId: number): number[] {
    return this.#idsByContent.all(albumId).map((row) => row.photoId);
  }

  /** The newest of the protections that its photos have now; null when none has any. */
  newestProtection(albumId: number): number | null {
    return this.#newestProtection.get(albumId)?.protectionId ?? null;
  }

  /** True when the photo is in the album now. */
  has(albumId: number, photoId: number): boolean {
    return this.#has.get(albumId, photoId)?.removedAt === null;
  }

  /** True when the photo is in the album, or was and has been taken out. */
  hasEver(albumId: number, photoId: number): boolean {
    return this.#has.get(albumId, photoId) !== undefined;
  }

  /** Adds a photo at the end; one that was removed before comes back to its old place. */
  put(albumId: number, photoId: number, now: string): void {
    this.#putSettled(albumId, photoId, now);
  }

  remove(albumId: number, photoId: number, now: string): void {
    this.#remove.run(now, albumId, photoId);
  }

  /** The albums that hold this photo, but for removed ones. */
  albumsOf(photoId: number): number[] {
    return this.#albumsOf.all(photoId).map((row) => row.albumId);
  }

  /** True when some album holds both photos. */
  areTogether(photoId: number, otherId: number): boolean {
    return this.#together.get(photoId, otherId) !== undefined;
  }

  /** Every album that holds photo `from` holds `to` in its place instead. */
  exchange(from: number, to: number, now: string): void {
    this.#repoint.run({ from, to, now });
    this.#removeEverywhere.run(now, from);
    this.#settlePhoto.run(to);
  }

  /** Names the newest protection of a photo in an album. */
  setProtection(albumId: number, photoId: number, protectionId: number): void {
    this.#setProtection.run(protectionId, albumId, photoId);
  }

  /** Brings the stored state of a photo in an album in line with its tasks and protections. */
  settle(albumId: number, photoId: number): void {
    this.#settleOne.run(albumId, photoId);
  }

  /** As {@link settle}, in every album that holds the photo. */
  settlePhoto(photoId: number): void {
    this.#settlePhoto.run(photoId);
  }

  /** As {@link settle}, for every photo of a job. */
  settleJob(jobId: number): void {
    this.#settleJob.run({ jobId });
  }
}
