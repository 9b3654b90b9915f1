import { basename } from 'node:path';
import { UserError } from '../engine/errors.ts';
import { systemCode } from './files.ts';

/** What the system says about a file or folder of the user's, as a sentence. What is a UserError already stays so. */
export function explainFileError(thrown: unknown, path: string): unknown {
  if (thrown instanceof UserError) return thrown;
  const name = `“${basename(path)}”`;
  const options = { file: path, cause: thrown };
  switch (systemCode(thrown)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError(
        'vanished',
        `${name} is no longer where it was.`,
        'Put it back, or add it again from its new place.',
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new UserError('unreadable', `${name} may not be opened.`, 'Give yourself permission to read it.', options);
    case 'ELOOP':
      return new UserError(
        'unreadable',
        `${name} is a link that leads back to itself.`,
        'Add the photo that it should lead to.',
        options,
      );
    case 'ENAMETOOLONG':
      return new UserError('too-long-name', `The name ${name} is too long.`, 'Give it a shorter name.', options);
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(
        'disk-full',
        `There is no room left on the disk for ${name}.`,
        'Free some space on it, then go on.',
        options,
      );
    case 'EROFS':
      return new UserError(
        'read-only',
        `${name} cannot be written: its disk is read-only.`,
        'Choose a folder on another disk.',
        options,
      );
    case 'EIO':
      return new UserError(
        'unreadable',
        `The disk reported an error at ${name}.`,
        'Check the disk and its cable; copy the photo to another disk if you can.',
        options,
      );
    default:
      return thrown;
  }
}
