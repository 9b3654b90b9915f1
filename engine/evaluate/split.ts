import { UserError, type Failure } from '../errors.ts';
import { hashFile } from '../files/index.ts';
import type { AlbumFolder } from './albums.ts';
import { orSkip } from './skipping.ts';

/** A photo with the hash of its content. */
export interface HashedPhoto {
  path: string;
  sha256: string;
}

/** An album whose photos' contents are known. */
export interface HashedAlbum {
  album: AlbumFolder;
  photos: readonly HashedPhoto[];
  /** Why the last of those that could not be read was left out. */
  lack?: Failure | undefined;
}

/** An album's photos, divided once and for all. */
export interface SplitAlbum {
  album: AlbumFolder;
  /** Protected, and trained on. */
  training: HashedPhoto[];
  /** Never protected, never trained on: the real photos that a model is tested on. */
  heldOut: HashedPhoto[];
}

/** Share of each album that is held out, unless told. */
const HELD_OUT_SHARE = 0.2;

/** With fewer photos an accuracy would say nothing. */
export const MINIMUM_PHOTOS = 10;

/**
 * Hashes every photo and divides the albums by {@link divideAlbums}.
 * @param perAlbum at most this many photos of each album; null: all
 * @param skipped gets the photos that cannot be read: they are in neither part
 * @throws UserError 'bad-setting' when an album has too few photos
 */
export async function splitAlbums(
  albums: readonly AlbumFolder[],
  perAlbum: number | null,
  skipped: Failure[],
): Promise<SplitAlbum[]> {
  if (perAlbum !== null && !(Number.isInteger(perAlbum) && perAlbum >= MINIMUM_PHOTOS)) {
    throw new UserError(
      'bad-setting',
      `${perAlbum} photos of each album are too few to tell anything.`,
      `Choose at least ${MINIMUM_PHOTOS}.`,
    );
  }
  const hashed: HashedAlbum[] = [];
  for (const album of albums) {
    const photos: HashedPhoto[] = [];
    const before = skipped.length;
    for (const path of album.photos) {
      const sha256 = await orSkip(path, skipped, () => hashFile(path));
      if (sha256 !== null) photos.push({ path, sha256 });
    }
    hashed.push({ album, photos, lack: skipped.length > before ? skipped.at(-1) : undefined });
  }
  return divideAlbums(hashed, perAlbum);
}

/**
 * Divides every album, 80 : 20 unless told, by the order of its photos' content hashes: the same photos are held out
 * whatever they are called and whoever asks. A file that appears twice, in one album or in two, counts once, so that
 * none that is held out was trained on under another name. Only equal bytes are found: of one picture that was saved
 * twice, at another size or quality, one file may be held out and the other trained on.
 * @param perAlbum at most this many photos of each album; null: all
 * @param heldOutShare of each album, between 0 and 1
 * @throws UserError 'bad-setting' when an album has too few photos
 */
export function divideAlbums(
  albums: readonly HashedAlbum[],
  perAlbum: number | null,
  heldOutShare = HELD_OUT_SHARE,
): SplitAlbum[] {
  const known = new Set<string>();
  return albums.map(({ album, photos, lack }) => {
    const different = photos.filter(({ sha256 }) => !known.has(sha256) && known.add(sha256));
    const used = different.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1)).slice(0, perAlbum ?? different.length);
    if (used.length < MINIMUM_PHOTOS) throw tooFew(album, used.length, lack?.problem);
    const heldOut = Math.round(used.length * heldOutShare);
    return { album, heldOut: used.slice(0, heldOut), training: used.slice(heldOut) };
  });
}

/**
 * The error of an album that has too few photos.
 * @param reason why the last one was left out, when some were: it is often the reason of all
 */
export function tooFew(album: AlbumFolder, count: number, reason?: string): UserError {
  const photos = count === 0 ? 'no photo' : count === 1 ? 'only one photo' : `only ${count} different photos`;
  return new UserError(
    'bad-setting',
    `The album ${album.name} has ${photos} that can be used.${reason === undefined ? '' : ` ${reason}`}`,
    `Give it at least ${MINIMUM_PHOTOS}, or leave it out.`,
    { file: album.folder },
  );
}

/**
 * The error of an album whose photos to train on are left out, all or nearly all: a model would not be taught it, and
 * the figures would say nothing.
 * @param lack why the last one was left out: it is often the reason of all
 */
export function nothingToLearn(album: AlbumFolder, left: number, of: number, lack: Failure | undefined): UserError {
  const photos = left === 0 ? `none of its ${of} photos` : `only ${left} of its ${of} photos`;
  return new UserError(
    'bad-setting',
    `The album ${album.name} has ${photos} to train on left.${lack === undefined ? '' : ` ${lack.problem}`}`,
    lack === undefined ? 'Give it more photos, or leave it out.' : `${lack.remedy} Or leave the album out.`,
    { file: album.folder },
  );
}
