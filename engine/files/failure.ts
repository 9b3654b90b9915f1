import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/** A file's name in quotation marks, for sentences. */
export function nameOf(path: string): string {
  return `“${basename(path)}”`;
}

/** A {@link UserError} about one file. */
export function photoError(code: ErrorCode, path: string, problem: string, remedy: string, cause?: unknown): UserError {
  return new UserError(code, problem, remedy, { file: path, cause });
}

/** The system's error code of a thrown thing (`ENOENT` …), or null when it is not an error of the system. */
export function systemCode(thrown: unknown): string | null {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

/** What a system error while a photo is opened or read means to the user. Other things are returned as they are. */
export function readFailure(path: string, thrown: unknown): unknown {
  const name = nameOf(path);
  switch (systemCode(thrown)) {
    case null:
      return thrown;
    case 'ENOENT':
    case 'ENOTDIR':
      return photoError(
        'vanished',
        path,
        `${name} is no longer there.`,
        'Put it back where it was, or add it again from its new place.',
        thrown,
      );
    case 'EACCES':
    case 'EPERM':
      return photoError(
        'unreadable',
        path,
        `${name} may not be read.`,
        'Give yourself the right to read the file and try again.',
        thrown,
      );
    case 'ELOOP':
      return photoError(
        'unreadable',
        path,
        `${name} is a link that leads back to itself.`,
        'Add the photo itself instead of the link.',
        thrown,
      );
    case 'ENAMETOOLONG':
      return photoError(
        'too-long-name',
        path,
        `The name of ${name} is too long for this system.`,
        'Give the file or its folders shorter names and add it again.',
        thrown,
      );
    case 'EISDIR':
      return photoError(
        'not-a-photo',
        path,
        `${name} is a folder, not a photo.`,
        'Choose the photos inside it.',
        thrown,
      );
    default:
      return photoError(
        'unreadable',
        path,
        `${name} could not be read from the disk.`,
        'Check that the drive is connected and sound, then try again.',
        thrown,
      );
  }
}

/**
 * What a system error means to the user when it is not known what failed: a full or read-only disk is about writing,
 * everything else is told as reading. Other things are returned as they are.
 */
export function fileFailure(path: string, thrown: unknown): unknown {
  const code = systemCode(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS'
    ? writeFailure(path, thrown)
    : readFailure(path, thrown);
}

/** What a system error while a file is written means to the user. Other things are returned as they are. */
export function writeFailure(path: string, thrown: unknown): unknown {
  const name = nameOf(path);
  switch (systemCode(thrown)) {
    case null:
      return thrown;
    case 'ENOSPC':
    case 'EDQUOT':
      return photoError(
        'disk-full',
        path,
        `There is no room left on the disk for ${name}.`,
        'Free some space or choose another folder, then try again.',
        thrown,
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return photoError(
        'read-only',
        path,
        `${name} could not be written: its folder is read-only.`,
        'Choose a folder that you may write to.',
        thrown,
      );
    case 'ENAMETOOLONG':
      return photoError(
        'too-long-name',
        path,
        `The name ${name} is too long for this disk.`,
        'Choose a shorter name.',
        thrown,
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return photoError(
        'vanished',
        path,
        `The folder for ${name} is no longer there.`,
        'Choose another folder, or put it back and try again.',
        thrown,
      );
    case 'EISDIR':
    case 'ENOTEMPTY':
    case 'EEXIST':
      return photoError(
        'name-taken',
        path,
        `${name} could not be written: a folder has that name.`,
        'Choose another name or another folder.',
        thrown,
      );
    case 'EBUSY':
      return inUse(path, thrown);
    case 'EINVAL':
    case 'EILSEQ':
      return photoError(
        'unwritable',
        path,
        `${name} could not be written: its disk does not allow that name.`,
        'Choose a folder on another disk, or rename the photo.',
        thrown,
      );
    default:
      return photoError(
        'unwritable',
        path,
        `${name} could not be written: the disk reported an error.`,
        'Check the disk or choose another folder, then try again.',
        thrown,
      );
  }
}

/** What a system error means when a whole file was to take its name: its folder can be written, so it is about the name. */
export function renameFailure(path: string, thrown: unknown): unknown {
  const code = systemCode(thrown);
  return code === 'EACCES' || code === 'EPERM' ? inUse(path, thrown) : writeFailure(path, thrown);
}

const inUse = (path: string, thrown: unknown): UserError =>
  photoError(
    'unwritable',
    path,
    `${nameOf(path)} could not be replaced: another program may have it open, or it is locked.`,
    'Close it in other programs, or choose another folder, then try again.',
    thrown,
  );
