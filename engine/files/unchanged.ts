import { stat } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { fileFailure, nameOf } from './failure.ts';

/** What tells whether a file has been written to: its size, and when it last was, in milliseconds since 1970. */
export interface FileStamp {
  bytes: number;
  mtimeMs: number;
}

/** Whether nothing was written between two looks at a file. */
export const isSameStamp = (a: FileStamp, b: FileStamp): boolean => a.bytes === b.bytes && a.mtimeMs === b.mtimeMs;

/** @throws UserError when the file cannot be looked at */
export async function stampOf(path: string): Promise<FileStamp> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs };
  } catch (thrown) {
    throw fileFailure(path, thrown);
  }
}

/** @throws UserError `vanished` when an original was written while it was being protected: its noise would not fit it. */
export async function assertUnchanged(path: string, before: FileStamp): Promise<void> {
  if (isSameStamp(await stampOf(path), before)) return;
  throw new UserError(
    'vanished',
    `${nameOf(path)} was changed while it was being protected.`,
    'Protect it again when the other program has finished writing it.',
    { file: path },
  );
}
