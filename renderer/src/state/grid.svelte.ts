/** How the grid is laid out, and how the keyboard walks over it. */
import { justify, shownAspect, step, type Direction } from '../lib/justify.ts';
import * as selecting from '../lib/selection.ts';
import { photos } from './photos.svelte.ts';
import { remembered } from './remembered.svelte.ts';

export const GAP = 8;
export const SMALLEST = 96;
export const LARGEST = 420;

class Grid {
  /** Pixels that a row may fill. */
  width = $state(0);
  /** Pixels that are seen at once. */
  viewHeight = $state(0);
  readonly #size = remembered('grid.size', window.innerWidth > 2000 ? 280 : 208);

  readonly aspects = $derived(Float32Array.from(photos.shown, ({ width, height }) => shownAspect(width, height)));
  readonly rows = $derived(this.width > 0 ? justify(this.aspects, this.width, this.#size.value, GAP) : []);

  /** Wanted height of a row in pixels. */
  get size(): number {
    return this.#size.value;
  }

  set size(value: number) {
    this.#size.value = Math.min(LARGEST, Math.max(SMALLEST, Math.round(value)));
  }

  /** Moves the cursor; `extend` selects everything on the way. */
  move(direction: Direction, extend: boolean): void {
    const { order, selection } = photos;
    if (order.length === 0) return;
    if (direction === 'end' && !photos.whole) {
      photos.whenWhole(() => this.move(direction, extend));
      return;
    }
    const from = selection.cursor === null ? undefined : photos.position.get(selection.cursor);
    const page = Math.max(1, Math.floor(this.viewHeight / (this.size + GAP)));
    const start = direction === 'end' ? order.length - 1 : 0;
    const to = from === undefined ? start : step(this.rows, this.aspects, GAP, from, direction, page);
    const id = order[to];
    if (id === undefined) return;
    photos.selection = extend ? selecting.extendTo(selection, order, id) : selecting.selectOnly(id);
  }

  /** A click on a photo. */
  point(id: number, keys: { readonly toggle: boolean; readonly extend: boolean }): void {
    const { order, selection } = photos;
    if (keys.extend) photos.selection = selecting.extendTo(selection, order, id);
    else photos.selection = keys.toggle ? selecting.toggle(selection, id) : selecting.selectOnly(id);
  }

  toggleCursor(): void {
    const { cursor } = photos.selection;
    if (cursor !== null) photos.selection = selecting.toggle(photos.selection, cursor);
  }

  selectAll(): void {
    photos.whenWhole(() => (photos.selection = selecting.selectAll(photos.selection, photos.order)));
  }

  selectNone(): void {
    photos.selection = selecting.selectNone(photos.selection);
  }
}

export const grid = new Grid();
