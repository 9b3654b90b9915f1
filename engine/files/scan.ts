import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { toFailure, type Failure } from '../errors.ts';
import { readFailure } from './failure.ts';
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
 */
export async function* scanFolder(
  folder: string,
  endings: ReadonlySet<string> = new Set(supportedExtensions),
): AsyncGenerator<Found> {
  const visited = new Set<string>();
  yield* scan(folder);

  async function* scan(path: string): AsyncGenerator<Found> {
    let names: string[];
    try {
      const real = await realpath(path);
      if (visited.has(real)) return;
      visited.add(real);
      names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort(inOrder);
    } catch (thrown) {
      yield failed(thrown, path);
      return;
    }
    const folders: string[] = [];
    for (const name of names) {
      const entry = join(path, name);
      const isPhotoName = endings.has(extname(name).slice(1).toLowerCase());
      try {
        const stats = await stat(entry);
        if (stats.isDirectory()) folders.push(entry);
        else if (isPhotoName && stats.isFile()) yield { kind: 'file', path: entry };
      } catch (thrown) {
        // A dead link that does not even claim to be a photo is nothing to tell.
        if (isPhotoName) yield failed(thrown, entry);
      }
    }
    for (const entry of folders) yield* scan(entry);
  }
}

function failed(thrown: unknown, path: string): Found {
  return { kind: 'failure', failure: toFailure(readFailure(path, thrown), path) };
}
