import type { LibrarySpace } from '../library/librarySpace.ts';
import type { Handlers } from './handle.ts';

export function storageHandlers(
  space: Pick<LibrarySpace, 'usage' | 'free'>,
): Pick<Handlers, 'storage.usage' | 'storage.free'> {
  return {
    'storage.usage': () => space.usage(),
    'storage.free': () => space.free(),
  };
}
