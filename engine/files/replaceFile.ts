import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nameOf, photoError, renameFailure, systemCode, writeFailure } from './failure.ts';
import { temporaryPath } from './temporary.ts';

/**
 * Writes a file whole or not at all, in place of what has its name: a reader sees the old one or the new one.
 * @throws UserError when it cannot be written; then nothing stays behind
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = temporaryPath(dirname(path));
  try {
    await writeNew(temporary, content).catch((thrown: unknown) => {
      throw writeFailure(path, thrown);
    });
    await rename(temporary, path).catch((thrown: unknown) => {
      throw renameFailure(path, thrown);
    });
  } catch (thrown) {
    // What went wrong before is what counts: on a disk that has become read-only this fails, too. A sweep will do it.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw thrown;
  }
}

async function writeNew(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder and those above it, where they are not there. @throws UserError when one cannot be made */
export async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw writeFailure(path, thrown);
    throw photoError(
      'name-taken',
      path,
      `The folder ${nameOf(path)} could not be made: a file has its name, or the name of one above it.`,
      'Move that file, or choose another folder.',
      thrown,
    );
  }
}
