import { UserError } from '../../engine/errors.ts';
import type { Catalog } from '../catalog/index.ts';
import type { HostClient } from '../hosts/client.ts';
import type { MakeAlbum } from './albumMaker.ts';
import { albumsWithoutFolder, isMostly, movedAlbumOf, readSample } from './movedAlbum.ts';
import type { PhotoCalls } from './photoCalls.ts';

export interface AlbumOfFolderParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
  makeAlbum: MakeAlbum;
}

export interface AlbumOfFolder {
  albumId: number;
  /** It had been removed, and is there again as it was. */
  isBroughtBack: boolean;
}

/**
 * The album that stands for a folder (its real path): the one that was made from it, or the one whose folder this was
 * under another name, or the one that was made from it and removed since; else a new one. Only so do its photos keep
 * their target class and their protections. A path alone brings nothing back: a memory card has the same folders after
 * every shoot.
 * @throws UserError `cancelled` when `signal` came before it was told: a new album would be taken for the folder's own
 * from then on.
 */
export async function albumOfFolder(
  parts: AlbumOfFolderParts,
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<AlbumOfFolder> {
  const { albums } = parts.catalog;
  const own = albums.findByFolder(folder);
  if (own !== undefined) return { albumId: own.albumId, isBroughtBack: false };
  const known = await knownAlbumOf(parts, folder, signal);
  return known ?? { albumId: await parts.makeAlbum(name, folder), isBroughtBack: false };
}

/** The album that is known to be the folder's by the photos in it. */
async function knownAlbumOf(
  { catalog, host }: AlbumOfFolderParts,
  folder: string,
  signal: AbortSignal,
): Promise<AlbumOfFolder | null> {
  const { albums, albumPhotos } = catalog;
  const without = await albumsWithoutFolder(catalog);
  const removed = albums.findRemovedByFolder(folder);
  if (without.size === 0 && removed === undefined) return null;
  const sample = await readSample(host, folder, signal);
  if (sample === null) {
    throw new UserError('cancelled', 'Adding this folder was cancelled.', 'Add it again when you like.');
  }
  const moved = movedAlbumOf(catalog, without, sample);
  if (moved !== null) {
    albums.setFolder(moved, folder);
    return { albumId: moved, isBroughtBack: false };
  }
  // Photos that were taken out of the album were in this folder, too.
  if (removed === undefined || !isMostly(catalog, sample, (photoId) => albumPhotos.hasEver(removed.albumId, photoId))) {
    return null;
  }
  albums.setRemoved(removed.albumId, null);
  return { albumId: removed.albumId, isBroughtBack: true };
}
