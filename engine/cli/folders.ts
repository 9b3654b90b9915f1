import { mkdir, stat } from 'node:fs/promises';
import { UserError, type Failure } from '../errors.ts';
import { scanFolder } from '../files/index.ts';

/** The path, when it is a folder. @throws UserError */
export async function existingFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new UserError('vanished', `There is no folder ${path}.`, 'Check the name.');
  if (!found.isDirectory())
    throw new UserError('bad-setting', `${path} is not a folder.`, 'Name the folder that it is in.');
  return path;
}

/** Makes the folder that `--out` names, when it is not there. @throws UserError */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw new UserError('read-only', `The folder ${path} cannot be made.`, 'Choose another folder with --out.', {
      cause,
    });
  });
}

/**
 * All photos below a folder; what cannot be read is added to `failures`.
 * @param without real paths of folders that are not looked into
 * @throws UserError when there is nothing at all
 */
export async function photosBelow(
  folder: string,
  failures: Failure[],
  without: Iterable<string> = [],
): Promise<string[]> {
  const photos: string[] = [];
  for await (const found of scanFolder(folder, undefined, without)) {
    if (found.kind === 'file') photos.push(found.path);
    else failures.push(found.failure);
  }
  if (photos.length === 0 && failures.length === 0) {
    throw new UserError('bad-setting', `There are no photos in ${folder}.`, 'Name a folder that holds some.');
  }
  return photos;
}
