/** What the library's copies take of the disk. */
import type { LibraryUsage } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { freedInWords } from '../lib/storageWords.ts';
import { notices } from './notices.svelte.ts';

class StorageState {
  /** Null until it has been asked. */
  usage = $state.raw<LibraryUsage | null>(null);
  freeing = $state(false);

  load(): Promise<boolean> {
    return notices.attempt(async () => (this.usage = await request('storage.usage')));
  }

  /** Deletes the copies that are not needed, and tells how much that was. */
  async free(): Promise<void> {
    if (this.freeing) return;
    this.freeing = true;
    await notices.attempt(async () => {
      const freed = await request('storage.free');
      notices.tell(freed.failed > 0 ? 'warning' : 'success', freedInWords(freed));
    });
    await this.load();
    this.freeing = false;
  }
}

export const storage = new StorageState();
