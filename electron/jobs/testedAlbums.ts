import { UserError } from '../../engine/errors.ts';
import type { MinimumPhotos, TestedAlbum } from '../../engine/index.ts';
import type { Catalog, PhotoRow, ProtectionRow } from '../catalog/index.ts';
import { HostStopped } from '../hosts/client.ts';
import type { TestedNoise, TestObstacle } from '../ipc/protectionTest.ts';
import type { Freshness } from '../library/freshness.ts';
import type { LibraryCopies } from '../library/libraryCopies.ts';

/** What an album needs to take part: with fewer photos an accuracy would say nothing. */
const MINIMUM_PHOTOS: MinimumPhotos = 10;
/** A test is to be short: this many photos of each album, this many other albums. */
const PER_ALBUM = 100;
const OTHERS = 9;

export interface ChosenAlbums {
  albums: TestedAlbum[];
  noise: TestedNoise;
}

export interface ChoiceParts {
  catalog: Catalog;
  freshness: Pick<Freshness, 'refresh'>;
  copies: Pick<LibraryCopies, 'pathOf'>;
}

/** Why this album cannot be tested, as far as counting tells; null when it can. */
export function lackOf(catalog: Catalog, albumId: number): TestObstacle | null {
  const album = catalog.albums.summary(albumId);
  if (album.protected < MINIMUM_PHOTOS) return tooFewProtected(album.name, album.protected);
  const others = catalog.albums.summaries().filter((other) => other.albumId !== albumId);
  return others.some(({ photos }) => photos >= MINIMUM_PHOTOS) ? null : nothingElse(album.name);
}

/**
 * The photos of a test, as their files are now: at most {@link PER_ALBUM} protected ones of the album, and up to
 * {@link OTHERS} other albums with at most as many each, the largest first, their photos protected or not. No photo is
 * in two albums.
 * @throws UserError when too few are left, 'cancelled' when aborted
 */
export async function chooseAlbums(parts: ChoiceParts, albumId: number, signal: AbortSignal): Promise<ChosenAlbums> {
  const { catalog } = parts;
  const album = catalog.albums.summary(albumId);
  const taken = new Set<number>();
  const made: ProtectionRow[] = [];
  const tested: TestedAlbum = { name: album.name, photos: [] };
  for (const photoId of catalog.albumPhotos.idsByContent(albumId)) {
    if (tested.photos.length === PER_ALBUM) break;
    const found = await find(parts, albumId, photoId, signal);
    if (found?.protection === undefined || taken.has(found.photo.photoId)) continue;
    taken.add(found.photo.photoId);
    made.push(found.protection);
    tested.photos.push(photoOf(found));
  }
  if (tested.photos.length < MINIMUM_PHOTOS) {
    throw new UserError(
      'bad-setting',
      `Only ${tested.photos.length} photos of “${album.name}” are still there as they were protected. A test needs at least ${MINIMUM_PHOTOS}.`,
      'Bring the missing files back, or protect more photos; then test again.',
    );
  }

  const others: TestedAlbum[] = [];
  const candidates = catalog.albums.summaries().filter((other) => other.albumId !== albumId);
  for (const other of candidates.toSorted((a, b) => b.photos - a.photos)) {
    if (others.length === OTHERS) break;
    const found = new Map<number, Found>();
    for (const photoId of catalog.albumPhotos.idsByContent(other.albumId)) {
      if (found.size === tested.photos.length) break;
      const one = await find(parts, other.albumId, photoId, signal);
      if (one !== null && !taken.has(one.photo.photoId)) found.set(one.photo.photoId, one);
    }
    if (found.size < MINIMUM_PHOTOS) continue;
    for (const photoId of found.keys()) taken.add(photoId);
    others.push({ name: other.name, photos: Array.from(found.values(), photoOf) });
  }
  if (others.length === 0) {
    const { problem, remedy } = nothingElse(album.name);
    throw new UserError('bad-setting', problem, remedy);
  }
  return { albums: [tested, ...others], noise: noiseOf(made) };
}

/** A photo whose file is there, and its protection in the album when that is of this content and has its copy. */
interface Found {
  photo: PhotoRow;
  protection: ProtectionRow | undefined;
  /** Path of the copy. */
  copy: string | null;
}

async function find(
  { catalog, freshness, copies }: ChoiceParts,
  albumId: number,
  photoId: number,
  signal: AbortSignal,
): Promise<Found | null> {
  if (signal.aborted) throw new UserError('cancelled', 'The test was cancelled.', 'Start it again when you like.');
  let photo: PhotoRow;
  try {
    photo = await freshness.refresh(photoId);
  } catch (thrown) {
    // Gone or unreadable: the others are enough, or the test says that they are not.
    if (thrown instanceof UserError) return null;
    throw thrown;
  }
  const protectionId = catalog.albumPhotos.find(albumId, photo.photoId)?.protectionId;
  const protection = protectionId == null ? undefined : catalog.protections.find(protectionId);
  const copy = protection?.sourceSha256 === photo.sha256 ? await copyOf(copies, protection.protectionId) : null;
  return { photo, protection: copy === null ? undefined : protection, copy };
}

/** The path of a protection's copy; null when there is none and none can be made. */
async function copyOf(copies: ChoiceParts['copies'], protectionId: number): Promise<string | null> {
  try {
    return await copies.pathOf(protectionId);
  } catch (thrown) {
    if (thrown instanceof UserError || thrown instanceof HostStopped) return null;
    throw thrown;
  }
}

function photoOf({ photo, copy }: Found): TestedAlbum['photos'][number] {
  return { path: photo.path, sha256: photo.sha256, copy };
}

function noiseOf(protections: readonly ProtectionRow[]): TestedNoise {
  const generators = new Map(protections.map(({ generator, generatorSha256 }) => [generatorSha256, generator]));
  const sorted = (values: readonly number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b);
  return {
    strengths: sorted(protections.map(({ rhoU }) => rhoU)),
    generators: Array.from(generators, ([sha256, name]) => ({ name, sha256 })),
    noiseVersions: sorted(protections.map(({ noiseVersion }) => noiseVersion)),
  };
}

function tooFewProtected(album: string, count: number): TestObstacle {
  const photos = count === 0 ? 'no protected photo' : count === 1 ? 'one protected photo' : `${count} protected photos`;
  return {
    reason: 'protected',
    problem: `“${album}” has ${photos}. A test needs at least ${MINIMUM_PHOTOS}: some to train on, some to ask about.`,
    remedy: 'Protect more photos of this album, then test it.',
  };
}

function nothingElse(album: string): TestObstacle {
  return {
    reason: 'others',
    problem: `There is nothing to tell “${album}” from: the test needs a second album of at least ${MINIMUM_PHOTOS} photos.`,
    remedy: 'Add another album, best one that shows something else; it need not be protected.',
  };
}
