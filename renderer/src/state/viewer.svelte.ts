/** Looking at one photo: alone (loupe), beside its protected copy, or at the noise itself. */
import { photos } from './photos.svelte.ts';
import { selectOnly } from '../lib/selection.ts';
import { remembered } from './remembered.svelte.ts';
import { Zoom } from './zoom.svelte.ts';

export type ViewerMode = 'loupe' | 'split' | 'side' | 'noise';

class Viewer {
  isOpen = $state(false);
  mode = $state<ViewerMode>('loupe');
  /** The original is shown for as long as the key or button is held. */
  holding = $state(false);
  /** Where the divider stands, 0 to 1 of the pane. */
  split = $state(0.5);
  readonly zoom = new Zoom();
  readonly #info = remembered('viewer.info', false);
  #comparing: 'split' | 'side' = 'split';

  readonly photo = $derived(photos.cursorPhoto);
  readonly index = $derived(this.photo === null ? -1 : (photos.position.get(this.photo.photoId) ?? -1));

  get info(): boolean {
    return this.#info.value;
  }

  set info(shown: boolean) {
    this.#info.value = shown;
  }

  /** Opens on the photo at the cursor, else on the first. */
  open(mode: ViewerMode): void {
    if (photos.cursorPhoto === null) {
      const first = photos.order[0];
      if (first === undefined) return;
      photos.selection = selectOnly(first);
    }
    if (!this.isOpen) this.zoom.fit();
    this.setMode(mode);
    this.isOpen = true;
  }

  close(): void {
    this.isOpen = false;
    this.holding = false;
  }

  setMode(mode: ViewerMode): void {
    if (mode === 'split' || mode === 'side') this.#comparing = mode;
    this.mode = mode;
  }

  /** Compare as it was last used; from there back to the loupe. */
  toggleCompare(): void {
    if (!this.isOpen) this.open(this.#comparing);
    else this.setMode(this.mode === 'split' || this.mode === 'side' ? 'loupe' : this.#comparing);
  }

  /** The next (1) or previous (−1) photo; a selection of several photos is kept. */
  go(direction: 1 | -1): void {
    const id = photos.order[this.index + direction];
    if (id === undefined) return;
    photos.selection = photos.selection.ids.size > 1 ? { ...photos.selection, cursor: id } : selectOnly(id);
  }
}

export const viewer = new Viewer();
