/** Photos on their way into the library. One import at a time. */
import type { Events, ImportResult } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { albums } from './albums.svelte.ts';
import { notices } from './notices.svelte.ts';

class Imports {
  running = $state(false);
  cancelling = $state(false);
  progress = $state.raw<Events['library.importProgress'] | null>(null);
  result = $state.raw<ImportResult | null>(null);

  /** Adds files and folders to an album; null makes an album for each folder. */
  add(paths: readonly string[], albumId: number | null): Promise<void> {
    if (paths.length === 0) return Promise.resolve();
    return this.#run(() => request('library.import', { paths: [...paths], albumId }));
  }

  addSample(): Promise<void> {
    return this.#run(() => request('library.importSample'));
  }

  /** Asks for files, then adds them. */
  async chooseFiles(albumId: number | null): Promise<void> {
    await notices.attempt(async () => this.add(await request('library.chooseFiles'), albumId));
  }

  /** Asks for folders, then adds what is in them. */
  async chooseFolders(albumId: number | null): Promise<void> {
    await notices.attempt(async () => this.add(await request('library.chooseFolders'), albumId));
  }

  async cancel(): Promise<void> {
    this.cancelling = true;
    await notices.attempt(() => request('library.cancelImport'));
  }

  dismiss(): void {
    this.result = null;
  }

  async #run(work: () => Promise<ImportResult>): Promise<void> {
    if (this.running) {
      notices.tell('info', 'Photos are being added already. Wait until that is done, or cancel it.');
      return;
    }
    this.running = true;
    this.cancelling = false;
    this.progress = null;
    this.result = null;
    try {
      const result = await work();
      this.result = result;
      await albums.load();
      const first = result.albumIds[0];
      if (first !== undefined && (albums.openId === null || !result.albumIds.includes(albums.openId))) {
        albums.show(first);
      }
    } catch (thrown) {
      notices.fail(thrown);
    } finally {
      this.running = false;
    }
  }
}

export const imports = new Imports();
