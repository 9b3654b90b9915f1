import { toFailure, UserError, type ErrorCode, type Failure } from '../errors.ts';

/** Errors of one photo: it is left out, and the others go on. */
const OF_ONE_PHOTO: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'vanished',
  'unreadable',
  'empty',
  'not-a-photo',
  'corrupt',
  'unsupported',
  'multi-page',
  'too-large',
  'name-taken',
]);

/**
 * What `read` answers; null when it fails for what is wrong with this photo alone, and then `skipped` gets why.
 * @throws what `read` throws for other reasons
 */
export async function orSkip<T>(path: string, skipped: Failure[], read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof UserError) || !OF_ONE_PHOTO.has(thrown.code)) throw thrown;
    skipped.push(toFailure(thrown, path));
    return null;
  }
}
