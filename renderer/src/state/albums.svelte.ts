/** The albums in the sidebar, and which of them is open. */
import { tick } from 'svelte';
import type { AlbumSummary } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { notices } from './notices.svelte.ts';
import { route } from './route.svelte.ts';

/** Removals that can be undone at the same time: with more, no other notice would have room beside theirs. */
const MOST_UNDOS = 3;

class Albums {
  list = $state.raw<readonly AlbumSummary[]>([]);
  loaded = $state(false);
  openId = $state<number | null>(null);
  /** The album whose name is being edited. */
  renaming = $state<number | null>(null);
  /** Counts removals. */
  #removals = 0;
  readonly open = $derived(this.list.find((album) => album.albumId === this.openId) ?? null);

  /** Reads the list; keeps the open album when it is still there, else opens the first. */
  async load(): Promise<void> {
    this.list = await request('albums.list');
    this.loaded = true;
    if (!this.list.some((album) => album.albumId === this.openId)) this.openId = this.list[0]?.albumId ?? null;
  }

  show(albumId: number): void {
    this.openId = albumId;
    route.show('album');
  }

  async create(name: string): Promise<void> {
    const album = await request('albums.create', { name });
    await this.load();
    this.show(album.albumId);
  }

  async startRenaming(albumId: number): Promise<void> {
    this.renaming = null;
    await tick();
    this.renaming = albumId;
  }

  async rename(albumId: number, name: string): Promise<void> {
    this.renaming = null;
    const before = this.list.find((album) => album.albumId === albumId);
    const wanted = name.trim();
    if (before === undefined || wanted === '' || wanted === before.name) return;
    await notices.attempt(async () => {
      await request('albums.rename', { albumId, name: wanted });
      await this.load();
    });
  }

  /** Takes the album out of the list; the notice brings it back with everything in it. */
  async remove(albumId: number): Promise<void> {
    const album = this.list.find((one) => one.albumId === albumId);
    if (album === undefined) return;
    await notices.attempt(async () => {
      const at = this.list.indexOf(album);
      await request('albums.remove', { albumId });
      if (this.openId === albumId) this.openId = (this.list[at + 1] ?? this.list[at - 1])?.albumId ?? null;
      await this.load();
      const undo = { label: 'Undo', run: () => void notices.attempt(() => this.#restore(albumId)) };
      const sentence = `“${album.name}” was removed. Your photos were not touched.`;
      // Each has a topic of its own, until it is the oldest one's turn to give way.
      notices.tell('info', sentence, undo, `album removed ${this.#removals++ % MOST_UNDOS}`);
    });
  }

  async #restore(albumId: number): Promise<void> {
    await request('albums.restore', { albumId });
    await this.load();
    this.show(albumId);
  }
}

export const albums = new Albums();
