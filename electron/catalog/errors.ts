import Database from 'better-sqlite3';
import { UserError } from '../../engine/errors.ts';

/** The catalog's file holds something that is no catalog, or parts of it are gone. */
export class Damaged extends UserError {
  constructor(cause: unknown, options: { file?: string } = {}) {
    super(
      'catalog-corrupt',
      'The catalog is damaged.',
      'Quit Stillgrain and start it again: it keeps the damaged catalog and goes on with the newest backup. Your photos are untouched.',
      { ...options, cause },
    );
  }
}

/** True for what SQLite throws. */
export function isCatalogError(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError;
}

/**
 * What SQLite says, as an error that can be acted on: a UserError, {@link Damaged} among them. Other things stay as they are.
 * @param path of the catalog, when it is known.
 */
export function explainCatalogError(thrown: unknown, path?: string): unknown {
  if (!(thrown instanceof Database.SqliteError)) return thrown;
  const { code } = thrown;
  const file = path === undefined ? {} : { file: path };
  const options = { ...file, cause: thrown };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new UserError(
      'catalog-locked',
      'The catalog is in use by another program, probably a second Stillgrain.',
      'Close the other one, then start Stillgrain again.',
      options,
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return new Damaged(thrown, file);
  if (code === 'SQLITE_FULL') {
    return new UserError('disk-full', 'The disk that holds the catalog is full.', 'Free some space on it.', options);
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_IOERR')) {
    return new UserError(
      'unreadable',
      'The catalog cannot be opened for writing.',
      'Check that you may write to its folder and that its disk is connected.',
      options,
    );
  }
  return thrown;
}
