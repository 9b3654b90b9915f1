import { describe, expect, it } from 'vitest';
import { justify, rowOf, shownAspect, step, type Row } from '../../../renderer/src/lib/justify.ts';

const GAP = 8;
const WIDTH = 1000;
const TARGET = 200;

/** Always the same mixture of portrait, landscape, square and panorama. */
function mixture(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return shownAspect(300 + (state % 900), 300 + ((state >> 8) % 900));
  });
}

function widthOf(row: Row, aspects: readonly number[]): number {
  const photos = aspects.slice(row.start, row.end);
  return photos.reduce((sum, aspect) => sum + aspect * row.height, 0) + GAP * (photos.length - 1);
}

describe('justified rows', () => {
  const aspects = mixture(1000);
  const rows = justify(aspects, WIDTH, TARGET, GAP);

  it('hold every photo once, in order', () => {
    expect(rows[0]?.start).toBe(0);
    expect(rows.at(-1)?.end).toBe(aspects.length);
    rows.slice(1).forEach((row, index) => expect(row.start).toBe(rows[index]?.end));
  });

  it('fill the width exactly, but for the last', () => {
    for (const row of rows.slice(0, -1)) expect(widthOf(row, aspects)).toBeCloseTo(WIDTH, 6);
    expect(widthOf(rows.at(-1)!, aspects)).toBeLessThanOrEqual(WIDTH + 1e-6);
  });

  it('are near the wanted height', () => {
    for (const row of rows) {
      expect(row.height).toBeGreaterThan(TARGET * 0.6);
      expect(row.height).toBeLessThan(TARGET * 1.6);
    }
  });

  it('give a photo that is wider than the window a row of its own', () => {
    const narrow = justify([2.8, 1], 300, TARGET, GAP);
    expect(narrow[0]).toMatchObject({ start: 0, end: 1 });
    expect(narrow[0]!.height * 2.8).toBeCloseTo(300, 6);
  });

  it('are none for no photos', () => {
    expect(justify([], WIDTH, TARGET, GAP)).toEqual([]);
  });

  it('find the row of a photo', () => {
    for (const index of [0, 1, 499, 999]) {
      const row = rows[rowOf(rows, index)]!;
      expect(row.start).toBeLessThanOrEqual(index);
      expect(row.end).toBeGreaterThan(index);
    }
    expect(rowOf(rows, 1000)).toBe(-1);
  });
});

describe('arrow keys', () => {
  // Two rows of four squares and a last one of two.
  const aspects = Array.from({ length: 10 }, () => 1);
  const rows = justify(aspects, 4 * 200 + 3 * GAP, 200, GAP);
  const go = (index: number, direction: Parameters<typeof step>[4]) => step(rows, aspects, GAP, index, direction, 2);

  it('left and right stop at the ends', () => {
    expect(go(0, 'left')).toBe(0);
    expect(go(3, 'right')).toBe(4);
    expect(go(9, 'right')).toBe(9);
  });

  it('up and down keep the column as well as they can', () => {
    expect(rows.map((row) => row.end - row.start)).toEqual([4, 4, 2]);
    expect(go(1, 'down')).toBe(5);
    expect(go(7, 'down')).toBe(9);
    expect(go(8, 'up')).toBe(4);
    expect(go(2, 'up')).toBe(2);
    expect(go(9, 'down')).toBe(9);
  });

  it('home, end and pages', () => {
    expect(go(5, 'home')).toBe(0);
    expect(go(5, 'end')).toBe(9);
    expect(go(0, 'page-down')).toBe(8);
    expect(go(9, 'page-up')).toBe(1);
  });
});
