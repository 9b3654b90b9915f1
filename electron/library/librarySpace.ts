import { rmSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../engine/errors.ts';
import type { Catalog } from '../catalog/index.ts';
import type { FilesOnDisk, FreedSpace, LibraryUsage } from '../ipc/contract.ts';
import { COPIES_FOLDER, inData } from '../jobs/names.ts';

export interface LibrarySpaceParts {
  catalog: Catalog;
  /** The folder that holds the catalog and the copies. */
  dataFolder: string;
  /** Tests read copies that may become superseded meanwhile. */
  tester: { readonly isRunning: boolean };
}

/** What the library's copies take of the disk, and what of it can be given back. */
export class LibrarySpace {
  readonly #parts: LibrarySpaceParts;
  #freeing: Promise<FreedSpace> | null = null;

  constructor(parts: LibrarySpaceParts) {
    this.#parts = parts;
  }

  /** How much all of the library's copies take, and how much those that {@link free} would delete. */
  async usage(): Promise<LibraryUsage> {
    const sizes = await sizesIn(join(this.#parts.dataFolder, COPIES_FOLDER));
    const unneeded = this.#parts.catalog.protections.unneededCopies().map(({ file }) => sizes.get(basename(file)));
    return { copies: sumOf(sizes.values()), unneeded: sumOf(unneeded) };
  }

  /**
   * Deletes the copies of earlier protections and of albums and photos that were removed. Their rows and their noise stay:
   * one that is wanted later is made again. Ends early when a test begins.
   * @throws UserError while a test runs
   */
  async free(): Promise<FreedSpace> {
    if (this.#parts.tester.isRunning) {
      throw new UserError(
        'bad-setting',
        'The protection of an album is being tested, which reads its copies.',
        'Wait until that is done, or cancel it in its album, then free the space.',
      );
    }
    this.#freeing ??= this.#free().finally(() => (this.#freeing = null));
    return this.#freeing;
  }

  async #free(): Promise<FreedSpace> {
    const { catalog, dataFolder, tester } = this.#parts;
    const freed = { files: 0, bytes: 0, failed: 0 };
    for (const { protectionId, file } of catalog.protections.unneededCopies()) {
      await setImmediate();
      if (tester.isRunning) break;
      // In one breath with the deletion: meanwhile an album may have been brought back, or a job begun.
      if (catalog.protections.isInUse(protectionId)) continue;
      const path = inData(dataFolder, file);
      try {
        const there = statSync(path, { throwIfNoEntry: false });
        if (there === undefined) continue;
        rmSync(path);
        freed.files++;
        freed.bytes += there.size;
      } catch {
        // Another program has it open, say: it is still there, and can go another time.
        freed.failed++;
      }
    }
    return freed;
  }
}

/** The files of a folder and their sizes; what goes meanwhile is left out. */
async function sizesIn(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const there = await stat(join(folder, name)).catch(() => null);
    if (there?.isFile() === true) sizes.set(name, there.size);
  }
  return sizes;
}

function sumOf(sizes: Iterable<number | undefined>): FilesOnDisk {
  const sum = { files: 0, bytes: 0 };
  for (const size of sizes) {
    if (size === undefined) continue;
    sum.files++;
    sum.bytes += size;
  }
  return sum;
}
