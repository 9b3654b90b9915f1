import { dirname } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import { scanFolder, stampOf } from '../../engine/files/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { HostClient } from '../hosts/client.ts';
import { readFacts } from './freshness.ts';
import type { PhotoCalls } from './photoCalls.ts';

/** Files of a folder that are read to find out whose it is: all of a small one, of a large one some from everywhere. */
const SAMPLE = 64;

/** What some of the photos of a folder are. */
export interface FolderSample {
  /** Files of the folder that can be photos, read or not. */
  files: number;
  /** Files that were read. */
  read: number;
  /** Hashes of what was in those, each once. */
  contents: ReadonlySet<string>;
}

/** Looks into a folder, to find out whose it is. Null when `signal` has put an end to it. */
export async function readSample(
  host: Pick<HostClient<PhotoCalls>, 'call'>,
  folder: string,
  signal: AbortSignal,
): Promise<FolderSample | null> {
  const paths: string[] = [];
  for await (const found of scanFolder(folder)) {
    if (signal.aborted) return null;
    if (found.kind === 'file') paths.push(found.path);
  }
  let read = 0;
  const contents = new Set<string>();
  for (const path of spread(paths, SAMPLE)) {
    if (signal.aborted) return null;
    const sha256 = await contentOf(host, path);
    if (sha256 === null) continue;
    read++;
    contents.add(sha256);
  }
  return signal.aborted ? null : { files: paths.length, read, contents };
}

/** True when at least half of what was read, and something, is of these photos. */
export function isMostly(catalog: Catalog, { contents }: FolderSample, has: (photoId: number) => boolean): boolean {
  let photos = 0;
  for (const sha256 of contents) {
    const photo = catalog.photos.findByContent(sha256);
    if (photo !== undefined && has(photo.photoId)) photos++;
  }
  return photos > 0 && photos >= contents.size / 2;
}

/**
 * The album, of those whose own folder is gone, whose folder this is under another name: at least half of the photos that
 * are here are its, and at least half of its photos are here, for a few copies do not make a folder the album's. Null
 * when there is none, or when photos of another such album are here, too: whose folder it is would be a guess.
 */
export function movedAlbumOf(catalog: Catalog, without: ReadonlySet<number>, sample: FolderSample): number | null {
  const { photos, albumPhotos } = catalog;
  const found = new Map<number, number>();
  for (const sha256 of sample.contents) {
    const photo = photos.findByContent(sha256);
    const albumIds = photo === undefined ? [] : albumPhotos.albumsOf(photo.photoId);
    for (const albumId of albumIds) if (without.has(albumId)) found.set(albumId, (found.get(albumId) ?? 0) + 1);
  }
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) return null;
  const [albumId, its] = first;
  if (its < sample.contents.size / 2) return null;
  // Of a large folder only some files were read: as many of the others will be its.
  const here = its * (sample.files / sample.read);
  return here >= albumPhotos.ids(albumId).length / 2 ? albumId : null;
}

/** The albums that were made from a folder that is gone. One that cannot be looked at may be there. */
export async function albumsWithoutFolder(catalog: Catalog): Promise<ReadonlySet<number>> {
  const albums = catalog.albums.withFolder();
  const gone = await Promise.all(albums.map(({ folder }) => isGone(folder)));
  return new Set(albums.filter((_, index) => gone[index]).map(({ albumId }) => albumId));
}

/** A folder is gone when the one around it is there: a disk that is unplugged takes that with it, and comes back. */
async function isGone(folder: string): Promise<boolean> {
  return (await isNowhere(folder)) && (await isThere(dirname(folder)));
}

async function isThere(folder: string): Promise<boolean> {
  return stampOf(folder).then(
    () => true,
    () => false,
  );
}

async function isNowhere(folder: string): Promise<boolean> {
  try {
    await stampOf(folder);
    return false;
  } catch (thrown) {
    return thrown instanceof UserError && thrown.code === 'vanished';
  }
}

/** The hash of a photo's content; null when it cannot be read, which is said when it is added. */
async function contentOf(host: Pick<HostClient<PhotoCalls>, 'call'>, path: string): Promise<string | null> {
  try {
    return (await readFacts(host, path)).sha256;
  } catch (thrown) {
    if (thrown instanceof UserError) return null;
    throw thrown;
  }
}

/** At most `most` of these, evenly spaced. */
function spread<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}
