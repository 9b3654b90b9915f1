import type { Catalog } from '../catalog/index.ts';
import type { HostClient } from '../hosts/client.ts';
import type { MakeAlbum } from './albumMaker.ts';
import { findMovedAlbum } from './movedAlbum.ts';
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
 * The album that stands for a folder (its real path): the one that was made from it, even when it has been removed since,
 * or the one whose folder this was under another name; else a new one. Only so do its photos keep their target class and
 * their protections.
 */
export async function albumOfFolder(parts: AlbumOfFolderParts, folder: string, name: string): Promise<AlbumOfFolder> {
  const { albums } = parts.catalog;
  const own = albums.findByFolder(folder);
  if (own !== undefined) return { albumId: own.albumId, isBroughtBack: false };
  const removed = albums.findRemovedByFolder(folder);
  if (removed !== undefined) {
    albums.setRemoved(removed.albumId, null);
    return { albumId: removed.albumId, isBroughtBack: true };
  }
  const moved = await findMovedAlbum(parts, folder);
  if (moved !== null) {
    albums.setFolder(moved, folder);
    return { albumId: moved, isBroughtBack: false };
  }
  return { albumId: await parts.makeAlbum(name, folder), isBroughtBack: false };
}
