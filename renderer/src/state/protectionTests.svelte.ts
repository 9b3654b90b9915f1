/** Tests of albums' protection: what can be tested, what runs, what the last one found. */
import { SvelteMap } from 'svelte/reactivity';
import type { ProtectionTestState } from '../../../electron/ipc/protectionTest.ts';
import { request } from '../lib/api.ts';
import { albums } from './albums.svelte.ts';
import { notices } from './notices.svelte.ts';
import { route } from './route.svelte.ts';

class ProtectionTests {
  readonly #byAlbum = new SvelteMap<number, ProtectionTestState>();

  /** How the test of an album stands; null until that has been asked. */
  of(albumId: number): ProtectionTestState | null {
    return this.#byAlbum.get(albumId) ?? null;
  }

  async load(albumId: number): Promise<void> {
    this.#byAlbum.set(albumId, await request('protectionTest.show', { albumId }));
  }

  async start(albumId: number): Promise<void> {
    this.#byAlbum.set(albumId, await request('protectionTest.start', { albumId }));
  }

  cancel(albumId: number): Promise<boolean> {
    return notices.attempt(() => request('protectionTest.cancel', { albumId }));
  }

  /** The main process told how a test stands. */
  take(state: ProtectionTestState): void {
    const before = this.#byAlbum.get(state.albumId);
    this.#byAlbum.set(state.albumId, state);
    const isWatched = route.dialog?.name === 'test' && route.dialog.albumId === state.albumId;
    if (before?.running != null && state.running === null && !isWatched) this.#tellEnd(state, before);
  }

  #tellEnd({ albumId, failure, last }: ProtectionTestState, before: ProtectionTestState): void {
    const name = albums.list.find((album) => album.albumId === albumId)?.name ?? '';
    const show = { label: 'Show it', run: (): void => route.open({ name: 'test', albumId }) };
    if (failure !== null) notices.tell('error', `“${name}” could not be tested. ${failure.problem}`, show);
    else if (last?.finishedAt !== before.last?.finishedAt) notices.tell('info', `The test of “${name}” is done.`, show);
  }
}

export const protectionTests = new ProtectionTests();
