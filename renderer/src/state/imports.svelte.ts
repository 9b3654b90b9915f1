/** Photos on their way into the library, as the main process tells. One import at a time. */
import type { ImportState } from '../../../electron/ipc/contract.ts';
import { request, sentenceOf } from '../lib/api.ts';
import { albums } from './albums.svelte.ts';
import { notices } from './notices.svelte.ts';
import { remembered } from './remembered.svelte.ts';
import { route } from './route.svelte.ts';
import { viewer } from './viewer.svelte.ts';

class Imports {
  /** Null until it has been loaded. */
  #state = $state.raw<ImportState | null>(null);
  /** What was begun last is the import of the sample album. */
  #isSample = false;
  /** The album that the sample photos went to; 0 for none. */
  readonly #sampleAlbumId = remembered('sample.albumId', 0);

  readonly running = $derived(this.#state?.running ?? false);
  readonly cancelling = $derived(this.#state?.cancelling ?? false);
  readonly progress = $derived(this.#state?.progress ?? null);
  readonly result = $derived(this.#state?.result ?? null);
  /** The sample album has been added and is still there: adding it again would show nothing new. */
  readonly hasSample = $derived(albums.list.some(({ albumId }) => albumId === this.#sampleAlbumId.value));

  /** What runs already, or has ended while there was no window. */
  async load(): Promise<void> {
    this.take(await request('library.importState'));
  }

  /** The main process told how an import stands. */
  take(state: ImportState): void {
    const wasRunning = this.running;
    this.#state = state;
    if (state.failure !== null) {
      notices.tell('error', sentenceOf(state.failure));
      void this.dismiss();
    }
    if (!wasRunning || state.running) return;
    if (this.#isSample) this.#sampleAlbumId.value = state.result?.albumIds[0] ?? this.#sampleAlbumId.value;
    this.#isSample = false;
    void notices.attempt(() => this.#showAlbum(state));
  }

  /** Adds files and folders to an album; null makes an album for each folder. */
  add(paths: readonly string[], albumId: number | null): Promise<void> {
    if (paths.length === 0) return Promise.resolve();
    return this.#begin(() => request('library.import', { paths: [...paths], albumId }));
  }

  addSample(): Promise<void> {
    return this.#begin(() => {
      this.#isSample = true;
      return request('library.importSample');
    });
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
    await notices.attempt(() => request('library.cancelImport'));
  }

  async dismiss(): Promise<void> {
    await notices.attempt(() => request('library.dismissImport'));
  }

  async #begin(ask: () => Promise<null>): Promise<void> {
    if (this.running) {
      notices.tell('info', 'Photos are being added already. Wait until that is done, or cancel it.');
      return;
    }
    this.#isSample = false;
    await notices.attempt(ask);
  }

  async #showAlbum({ result }: ImportState): Promise<void> {
    await albums.load();
    const first = result?.albumIds[0];
    if (first === undefined) return;
    // Nobody is taken away from what they are doing: the result says that the photos are there.
    if (route.dialog !== null || route.screen !== 'album' || viewer.isOpen) return;
    if (albums.openId === null || !result?.albumIds.includes(albums.openId)) albums.show(first);
  }
}

export const imports = new Imports();
