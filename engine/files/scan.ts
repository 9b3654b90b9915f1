import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { toFailure, type Failure, type UserError } from '../errors.ts';
import { nameOf, photoError, readFailure } from './failure.ts';
import { supportedExtensions } from './extensions.ts';

export type Found = { kind: 'file'; path: string } | { kind: 'failure'; failure: Failure };

/** One order on every machine: `2.jpg` before `10.jpg`, capitals beside small letters. */
const collator = new Intl.Collator('en', { numeric: true });

function inOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * Every file below `folder` whose name says that it is a photo: its own files first, then its folders, each in
 * natural order. Hidden names are passed over; a folder that is reached twice (a link, a loop) is read once; what
 * cannot be read is told as a failure and the rest goes on.
 * @param endings in small letters without a dot.
 * @param without real paths of folders that are not looked into, however they are reached.
 */
export async function* scanFolder(
  folder: string,
  endings: ReadonlySet<string> = new Set(supportedExtensions),
  without: Iterable<string> = [],
): AsyncGenerator<Found> {
  const visited = new Set<string>(without);
  yield* scan(folder);

  async function* scan(path: string): AsyncGenerator<Found> {
    let entries: Dirent[];
    try {
      const real = await realpath(path);
      if (visited.has(real)) return;
      visited.add(real);
      entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
      entries.sort((a, b) => inOrder(a.name, b.name));
    } catch (thrown) {
      yield failed(thrown, path);
      return;
    }
    const folders: string[] = [];
    for (const found of entries) {
      const { name } = found;
      const entry = join(path, name);
      const isPhotoName = endings.has(extname(name).slice(1).toLowerCase());
      try {
        const stats = await stat(entry);
        if (stats.isDirectory()) folders.push(entry);
        else if (isPhotoName && stats.isFile()) yield { kind: 'file', path: entry };
      } catch (thrown) {
        // A dead link or a file that do not even claim to be photos are nothing to tell; a folder may hold some.
        if (isPhotoName || !(found.isSymbolicLink() || found.isFile())) yield failed(thrown, entry);
      }
    }
    for (const entry of folders) yield* scan(entry);
  }
}

function failed(thrown: unknown, path: string): Found {
  return { kind: 'failure', failure: toFailure(unreadableName(path) ?? readFailure(path, thrown), path) };
}

/** Names in another encoding than UTF-8 come with U+FFFD in them, and nothing is found under that name. */
function unreadableName(path: string): UserError | null {
  if (!basename(path).includes('\uFFFD')) return null;
  return photoError(
    'unreadable',
    path,
    `The name of ${nameOf(path)} is not written in UTF-8, and cannot be opened.`,
    'Rename it, or convert the names of that folder, and add it again.',
  );
}
