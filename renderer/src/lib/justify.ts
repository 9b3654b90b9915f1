/** Rows of photos of equal height that fill the width, and how the arrow keys walk over them. */

export interface Row {
  /** Indices of the first photo and of the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Pixels. */
  readonly height: number;
}

/** A panorama does not take a whole row, a scroll of paper not a whole screen; they are cropped in the grid only. */
const NARROWEST = 0.5;
const WIDEST = 2.8;

/** Width over height as the grid shows it. */
export function shownAspect(width: number, height: number): number {
  if (!(width > 0 && height > 0)) return 1;
  return Math.min(WIDEST, Math.max(NARROWEST, width / height));
}

/**
 * Breaks photos into rows.
 * @param aspects width over height of each photo, see {@link shownAspect}
 * @param width of the container, pixels
 * @param target height of a row, pixels; real rows are between about 0.75 and 1.35 of it, the last at most 1
 * @param gap between photos, pixels
 */
export function justify(aspects: ArrayLike<number>, width: number, target: number, gap: number): Row[] {
  const rows: Row[] = [];
  let start = 0;
  let sum = 0;
  for (let index = 0; index < aspects.length; index += 1) {
    const aspect = aspects[index] ?? 1;
    const filled = (total: number, photos: number) => (width - gap * (photos - 1)) / total;
    const without = index > start ? filled(sum, index - start) : Infinity;
    const including = filled(sum + aspect, index - start + 1);
    if (including > target) {
      sum += aspect;
      continue;
    }
    // The row is full: end it before or after this photo, whichever is nearer to the wanted height.
    if (without / target < target / including) {
      rows.push({ start, end: index, height: without });
      start = index;
      sum = aspect;
      if (filled(sum, 1) <= target) {
        rows.push({ start, end: index + 1, height: filled(sum, 1) });
        start = index + 1;
        sum = 0;
      }
    } else {
      rows.push({ start, end: index + 1, height: including });
      start = index + 1;
      sum = 0;
    }
  }
  if (start < aspects.length) rows.push({ start, end: aspects.length, height: target });
  return rows;
}

/** The row that photo `index` is in; -1 when there is none. */
export function rowOf(rows: readonly Row[], index: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row === undefined) return -1;
    if (index < row.start) high = middle - 1;
    else if (index >= row.end) low = middle + 1;
    else return middle;
  }
  return -1;
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'home' | 'end' | 'page-up' | 'page-down';

/**
 * The photo that an arrow key goes to from `index`; up and down keep the horizontal place as well as they can.
 * @param page rows that Page Up and Page Down skip
 */
export function step(
  rows: readonly Row[],
  aspects: ArrayLike<number>,
  gap: number,
  index: number,
  direction: Direction,
  page: number,
): number {
  const last = aspects.length - 1;
  if (last < 0) return -1;
  switch (direction) {
    case 'left':
      return Math.max(0, index - 1);
    case 'right':
      return Math.min(last, index + 1);
    case 'home':
      return 0;
    case 'end':
      return last;
    default: {
      const rowsDown = { up: -1, down: 1, 'page-up': -page, 'page-down': page }[direction];
      const from = rowOf(rows, index);
      const to = Math.min(rows.length - 1, Math.max(0, from + rowsDown));
      const here = rows[from];
      const there = rows[to];
      if (here === undefined || there === undefined || from === to) return index;
      return nearestInRow(there, aspects, gap, centre(here, aspects, gap, index));
    }
  }
}

function centre(row: Row, aspects: ArrayLike<number>, gap: number, index: number): number {
  let left = 0;
  for (let at = row.start; at < index; at += 1) left += (aspects[at] ?? 1) * row.height + gap;
  return left + ((aspects[index] ?? 1) * row.height) / 2;
}

function nearestInRow(row: Row, aspects: ArrayLike<number>, gap: number, x: number): number {
  let best = row.start;
  let distance = Infinity;
  for (let at = row.start; at < row.end; at += 1) {
    const away = Math.abs(centre(row, aspects, gap, at) - x);
    if (away < distance) {
      distance = away;
      best = at;
    }
  }
  return best;
}
