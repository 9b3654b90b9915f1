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
        'Put it back where it was, or import it again from its new place.',
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
        'Import the photo itself instead of the link.',
        thrown,
      );
    case 'ENAMETOOLONG':
      return photoError(
        'too-long-name',
        path,
        `The name of ${name} is too long for this system.`,
        'Give the file or its folders shorter names and import it again.',
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
    default:
      return photoError(
        'disk-full',
        path,
        `${name} could not be written: the disk reported an error.`,
        'Check the disk or choose another folder, then try again.',
        thrown,
      );
  }
}

/** What libvips says: its errors are WebAssembly exceptions whose message is a list of the C++ type and the text. */
function libraryMessage(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return String(thrown);
  return Array.isArray(thrown.message) ? thrown.message.join(': ') : String(thrown.message);
}

/** What libvips says about a file that it cannot decode, as a sentence. */
export function decodeFailure(path: string, thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  const message = libraryMessage(thrown);
  const name = nameOf(path);
  if (
    /out of memory|unable to allocate|memory allocation|cannot enlarge memory|bad_alloc|unable to malloc/i.test(message)
  ) {
    return photoError(
      'too-large',
      path,
      `${name} needs more memory than there is.`,
      'Save a smaller version of it and use that one.',
      thrown,
    );
  }
  if (
    /premature|truncat|end of (file|stream|image)|unexpected end|not enough|short read|read error|too short/i.test(
      message,
    )
  ) {
    return photoError(
      'corrupt',
      path,
      `${name} is damaged: it ends too early.`,
      'Copy it again from the camera or from a backup.',
      thrown,
    );
  }
  return photoError(
    'corrupt',
    path,
    `${name} is damaged and cannot be decoded whole.`,
    'Copy it again from the camera or from a backup.',
    thrown,
  );
}

/** The sentence for a camera's raw file. */
export function rawError(path: string): UserError {
  return photoError(
    'unsupported',
    path,
    `${nameOf(path)} is a camera’s raw file, not a finished picture.`,
    'Develop it and import the JPEG or TIFF that you would publish.',
  );
}

/** The sentence for a file of several pictures; `what` is its predicate. */
export function multiPageError(path: string, what: string): UserError {
  return photoError(
    'multi-page',
    path,
    `${nameOf(path)} ${what}; Stillgrain protects single photos.`,
    'Save the picture that you want as a file of its own.',
  );
}
