import { access, constants, link, lstat, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import { fileFailure, nameKey, systemCode, temporaryPath } from '../../engine/files/index.ts';
import type { ExportPreset } from '../ipc/contract.ts';
import { isNumberedName, safeName, uniqueName } from './names.ts';

/** What a file system without hard links (FAT, many network drives) answers to `link`; Windows on exFAT: EISDIR. */
const NO_LINKS: ReadonlySet<string | null> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR']);

/** How one copy is to be called. */
export interface Choice {
  /** When it replaces a file: that file's name, to the letter. */
  name: string;
  /** True when the user wants the file of that name replaced, and it is not an original. */
  replaces: boolean;
}

/** Which photos of an export earlier exports have copied to its folder, by the name of the copy. */
export type Owners = ReadonlyMap<string, number>;

/** Tells whether the file at a path is the original of a photo in the catalog. */
export type IsOriginal = (path: string) => Promise<boolean>;

/** The folder that an export writes to, and which names in it are taken, by earlier files or by this run. */
export class ExportTarget {
  readonly folder: string;
  readonly #isOriginal: IsOriginal;
  readonly #owners: Owners;
  /** The names of each photo's earlier copies. */
  readonly #copies: ReadonlyMap<number | undefined, readonly string[]>;
  /**
   * Names in the folder before the run as they are written there, and names that the run has given: by
   * {@link nameKey}. Where case counts, or how accents are composed, several files have one key.
   */
  readonly #before = new Map<string, string[]>();
  readonly #given = new Set<string>();

  private constructor(folder: string, names: readonly string[], isOriginal: IsOriginal, owners: Owners) {
    this.folder = folder;
    this.#isOriginal = isOriginal;
    this.#owners = owners;
    this.#copies = Map.groupBy(owners.keys(), (name) => owners.get(name));
    for (const name of names) this.#note(name);
  }

  /**
   * @param ownersIn told the folder by its real path
   * @throws UserError when the folder is not there or cannot be written.
   */
  static async open(
    folder: string,
    isOriginal: IsOriginal,
    ownersIn: (folder: string) => Owners = () => new Map(),
  ): Promise<ExportTarget> {
    try {
      const real = await realpath(folder);
      if (!(await stat(real)).isDirectory()) {
        throw new UserError('bad-setting', `“${basename(folder)}” is not a folder.`, 'Choose a folder.', {
          file: folder,
        });
      }
      await access(real, constants.W_OK).catch((thrown: unknown) => {
        throw systemCode(thrown) === 'EROFS' ? thrown : notWritable(folder, thrown);
      });
      return new ExportTarget(real, await readdir(real), isOriginal, ownersIn(real));
    } catch (thrown) {
      throw folderFailure(folder, thrown);
    }
  }

  /**
   * Looks whether files can still be written to the folder, by writing one.
   * @throws UserError when the folder has gone, or its disk, or has become read-only.
   */
  async check(): Promise<void> {
    const probe = temporaryPath(this.folder);
    try {
      await writeFile(probe, '', { flag: 'wx' });
    } catch (thrown) {
      const code = systemCode(thrown);
      throw code === 'EACCES' || code === 'EPERM'
        ? notWritable(this.folder, thrown)
        : folderFailure(this.folder, thrown);
    }
    await removeQuietly(probe);
  }

  /**
   * The name for a copy, or null when the policy says to skip it. A name that this run has given is never given
   * again, whatever the policy: two photos with one name become two files, and the next export knows them again.
   * @throws UserError `name-taken` when it would take the place of an original.
   */
  async choose(
    stem: string,
    ending: string,
    conflict: ExportPreset['conflict'],
    photoId: number,
  ): Promise<Choice | null> {
    const old = conflict === 'unique' ? undefined : this.#oldCopy(stem, ending, photoId);
    if (old !== undefined && conflict === 'skip') {
      this.#given.add(nameKey(old));
      return null;
    }
    const replaces = old !== undefined && conflict === 'overwrite';
    if (replaces) await this.#refuseOriginal(old);
    const name = replaces ? old : this.#freeName(stem, ending);
    this.#given.add(nameKey(name));
    return { name, replaces };
  }

  /**
   * Gives the whole file at `temporary`, in this folder, its real name. A file that has come there since the name
   * was chosen is never replaced: the copy gets the next free name. Answers the path.
   * @throws UserError `name-taken` when the file to be replaced has become an original since.
   */
  async publish(temporary: string, choice: Choice, stem: string, ending: string): Promise<string> {
    if (choice.replaces) {
      const path = join(this.folder, choice.name);
      await this.#refuseOriginal(choice.name);
      await rename(temporary, path);
      return path;
    }
    for (let { name } = choice; ;) {
      const path = join(this.folder, name);
      if (await moveUnlessTaken(temporary, path)) return path;
      this.#note(name);
      name = this.#freeName(stem, ending);
      this.#given.add(nameKey(name));
    }
  }

  /** The file that is this photo's by the policy: its own earlier copy, else the one that has its name and is no other's. */
  #oldCopy(stem: string, ending: string, photoId: number): string | undefined {
    const isThere = (name: string): boolean => this.#before.get(nameKey(name))?.includes(name) === true;
    const own = this.#copies
      .get(photoId)
      ?.find((name) => isThere(name) && this.#isFree(name) && isNumberedName(name, stem, ending));
    if (own !== undefined) return own;
    const plain = safeName(stem, ending);
    const olds = (this.#before.get(nameKey(plain)) ?? []).filter(
      (name) => this.#isFree(name) && (this.#owners.get(name) ?? photoId) === photoId,
    );
    return olds.includes(plain) ? plain : olds[0];
  }

  #isFree(name: string): boolean {
    return !this.#given.has(nameKey(name));
  }

  async #refuseOriginal(name: string): Promise<void> {
    const path = join(this.folder, name);
    if (!(await this.#isOriginal(path))) return;
    throw new UserError(
      'name-taken',
      `“${name}” in that folder is an original; Stillgrain never replaces an original.`,
      'Choose another folder, or another naming.',
      { file: path },
    );
  }

  #note(name: string): void {
    const key = nameKey(name);
    this.#before.set(key, [...(this.#before.get(key) ?? []), name]);
  }

  #freeName(stem: string, ending: string): string {
    return uniqueName(stem, ending, (name) => this.#given.has(nameKey(name)) || this.#before.has(nameKey(name)));
  }
}

/** Gives `temporary` the name `path` unless there is a file already. Answers whether it did. */
async function moveUnlessTaken(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw thrown;
    if (await isThere(path)) return false;
    await rename(temporary, path);
    return true;
  }
  await removeQuietly(temporary);
  return true;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
}

/** A temporary file that stays (a virus scanner may hold it) is no reason to fail. */
async function removeQuietly(temporary: string): Promise<void> {
  await rm(temporary, { force: true }).catch(() => undefined);
}

/** What a system error about the folder itself means to the user. Other things are returned as they are. */
function folderFailure(folder: string, thrown: unknown): unknown {
  const code = systemCode(thrown);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return fileFailure(folder, thrown);
  return new UserError('vanished', `The folder “${basename(folder)}” is no longer there.`, 'Choose another folder.', {
    file: folder,
    cause: thrown,
  });
}

function notWritable(folder: string, cause: unknown): UserError {
  return new UserError(
    'read-only',
    `You may not write to “${basename(folder)}”.`,
    'Choose another folder, or give yourself permission to write to it.',
    { file: folder, cause },
  );
}
