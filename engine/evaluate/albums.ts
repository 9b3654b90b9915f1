import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { UserError, type Failure } from '../errors.ts';
import { scanFolder } from '../files/index.ts';

/** A folder of photos of one kind. */
export interface AlbumFolder {
  name: string;
  folder: string;
  /** Paths of its photos, sub-folders included. */
  photos: string[];
}

/**
 * The albums of a folder: every sub-folder that holds photos is one, in the order of their names.
 * @param failures gets what could not be read inside the albums
 * @throws UserError when it is not a folder, cannot be read, or holds fewer than two albums
 */
export async function listAlbums(folder: string, failures: Failure[]): Promise<AlbumFolder[]> {
  const albums: AlbumFolder[] = [];
  for (const name of await subFolders(folder)) {
    const path = join(folder, name);
    const photos = await photosIn(path, failures);
    if (photos.length > 0) albums.push({ name, folder: path, photos });
  }
  if (albums.length < 2) {
    const [only] = albums;
    throw new UserError(
      'bad-setting',
      only
        ? `There is only one sub-folder with photos in ${folder}: ${only.name}.`
        : `There is no sub-folder with photos in ${folder}.`,
      'Name a folder that holds at least two albums, each in a sub-folder of its own: a model has to tell them apart.',
      { file: folder },
    );
  }
  return albums;
}

/** All photos below a folder; what cannot be read is added to `failures`. */
export async function photosIn(folder: string, failures: Failure[]): Promise<string[]> {
  const photos: string[] = [];
  for await (const found of scanFolder(folder)) {
    if (found.kind === 'file') photos.push(found.path);
    else failures.push(found.failure);
  }
  return photos;
}

/** Names of the folders in `folder`, hidden ones left out, in an order that is the same everywhere. */
export async function subFolders(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => null);
  if (!found) throw new UserError('vanished', `There is no folder ${folder}.`, 'Check the name.', { file: folder });
  if (!found.isDirectory()) {
    throw new UserError('bad-setting', `${folder} is not a folder.`, 'Name the folder that holds the albums.', {
      file: folder,
    });
  }
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new UserError('unreadable', `The folder ${folder} cannot be read.`, 'Check its permissions.', {
      file: folder,
      cause,
    });
  });
  const folders: string[] = [];
  for (const name of names.filter((each) => !each.startsWith('.'))) {
    if ((await stat(join(folder, name)).catch(() => null))?.isDirectory() === true) folders.push(name);
  }
  return folders.sort((a, b) => (a < b ? -1 : 1));
}

/** A photo's path below its album without its extension, with forward slashes. */
export function stemWithin(albumFolder: string, photo: string): string {
  const path = relative(albumFolder, photo).replaceAll('\\', '/');
  return path.slice(0, path.length - extname(path).length);
}
