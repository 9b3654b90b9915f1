import { UserError } from '../../engine/errors.ts';
import { scanFolder, stampOf } from '../../engine/files/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { HostClient } from '../hosts/client.ts';
import { readFacts } from './freshness.ts';
import type { PhotoCalls } from './photoCalls.ts';

/** Files of a folder that are read to find out whose it is: all of a small one, of a large one some from everywhere. */
const SAMPLE = 64;

export interface MovedAlbumParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
}

/**
 * The album whose folder this is under another name: its own folder is gone, and at least half of the photos that are
 * here are its. Null when there is none, or when photos of another such album are here, too: whose folder it is would be
 * a guess.
 */
export async function findMovedAlbum({ catalog, host }: MovedAlbumParts, folder: string): Promise<number | null> {
  const without = await albumsWithoutFolder(catalog);
  if (without.size === 0) return null;
  let read = 0;
  const found = new Map<number, number>();
  for (const path of spread(await filesIn(folder), SAMPLE)) {
    const sha256 = await contentOf(host, path);
    if (sha256 === null) continue;
    read++;
    const photo = catalog.photos.findByContent(sha256);
    const albumIds = photo === undefined ? [] : catalog.albumPhotos.albumsOf(photo.photoId);
    for (const albumId of albumIds) if (without.has(albumId)) found.set(albumId, (found.get(albumId) ?? 0) + 1);
  }
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) return null;
  const [albumId, photos] = first;
  return photos >= read / 2 ? albumId : null;
}

/** The albums that were made from a folder that is gone. One that cannot be looked at may be there. */
async function albumsWithoutFolder(catalog: Catalog): Promise<ReadonlySet<number>> {
  const albums = catalog.albums.withFolder();
  const gone = await Promise.all(albums.map(({ folder }) => isGone(folder)));
  return new Set(albums.filter((_, index) => gone[index]).map(({ albumId }) => albumId));
}

async function isGone(folder: string): Promise<boolean> {
  try {
    await stampOf(folder);
    return false;
  } catch (thrown) {
    return thrown instanceof UserError && thrown.code === 'vanished';
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const found of scanFolder(folder)) if (found.kind === 'file') paths.push(found.path);
  return paths;
}

/** The hash of a photo's content; null when it cannot be read, which is said when it is added. */
async function contentOf(host: MovedAlbumParts['host'], path: string): Promise<string | null> {
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
