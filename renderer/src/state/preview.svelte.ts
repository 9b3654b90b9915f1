/** The effect of a strength on one photo, computed while the user is still choosing. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Failure, PhotoSummary, PreviewResult } from '../../../electron/ipc/contract.ts';
import { failureOf, request } from '../lib/api.ts';
import { photos } from './photos.svelte.ts';

/** Walking through the strengths with the arrow keys asks for the last one only. */
const SETTLE = 200;

/** The main process keeps so many previews (electron/jobs/previews.ts): an older one has no picture any more. */
const KEPT = 6;

export class Preview {
  photo = $state.raw<PhotoSummary | null>(null);
  result = $state.raw<PreviewResult | null>(null);
  failure = $state.raw<Failure | null>(null);
  working = $state(false);
  hasOther = $state(false);

  #candidates: readonly number[] = [];
  #albumId = 0;
  #rhoU = 0;
  readonly #known = new SvelteMap<string, PreviewResult>();
  #asked = 0;
  /** The photo and the strength that were asked for last. */
  #wish = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows the effect of `rhoU` on the first of `candidates`; keeps the photo when only the strength changes. */
  show(albumId: number, candidates: readonly number[], rhoU: number): void {
    untrack(() => {
      this.#albumId = albumId;
      this.#rhoU = rhoU;
      this.#candidates = candidates.filter((id) => photos.byId.get(id)?.status !== 'missing');
      this.hasOther = this.#candidates.length > 1;
      const current = this.photo?.photoId;
      const id = current !== undefined && this.#candidates.includes(current) ? current : this.#candidates[0];
      this.#choose(id);
    });
  }

  /** The next photo of the candidates. */
  other(): void {
    const at = this.photo === null ? -1 : this.#candidates.indexOf(this.photo.photoId);
    this.#choose(this.#candidates[(at + 1) % this.#candidates.length]);
  }

  #choose(photoId: number | undefined): void {
    const wish = `${photoId} ${this.#rhoU}`;
    // The album and its photos are read again and again while a job or an import runs: that asks for nothing new.
    if (wish === this.#wish) return;
    this.#wish = wish;
    this.photo = photoId === undefined ? null : (photos.byId.get(photoId) ?? null);
    this.failure = null;
    clearTimeout(this.#timer);
    this.#asked += 1;
    if (photoId === undefined) return;
    this.result = this.#known.get(wish) ?? null;
    this.working = this.result === null;
    if (this.working) this.#timer = setTimeout(() => void this.#ask(photoId, wish), SETTLE);
  }

  async #ask(photoId: number, key: string): Promise<void> {
    const asked = this.#asked;
    try {
      const result = await request('jobs.preview', { albumId: this.#albumId, photoId, rhoU: this.#rhoU });
      this.#remember(key, result);
      if (asked === this.#asked) this.result = result;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = failureOf(thrown);
    } finally {
      if (asked === this.#asked) this.working = false;
    }
  }

  #remember(key: string, result: PreviewResult): void {
    this.#known.delete(key);
    this.#known.set(key, result);
    for (const oldest of [...this.#known.keys()].slice(0, -KEPT)) this.#known.delete(oldest);
  }
}
