import { describe, expect, it } from 'vitest';
import type { Rgb } from '../../../engine/photo/index.ts';
import { composeSheet, cropRow, wholeRow } from '../../../engine/visibility/sheet.ts';

/** Every pixel tells where it was. */
function marked(width: number, height: number, shift = 0): Rgb {
  const samples = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++)
    samples.set([100 + (i % width) + shift, 100 + Math.floor(i / width), 7], 3 * i);
  return { samples, width, height };
}

const pixel = ({ samples, width }: Rgb, x: number, y: number): number[] => [
  ...samples.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

describe('a row of a contact sheet', () => {
  const crop = { left: 10, top: 5, width: 12, height: 8, score: 0 };
  const pictures = cropRow('flat', marked(40, 30), marked(40, 30, 3), crop).tiles.map(({ picture }) => picture);

  it('shows the crop of both, and the noise eight times as strong around grey', () => {
    const [original, copy, noise] = pictures;
    if (!original || !copy || !noise) throw new Error('a tile is missing');
    expect([original.width, original.height]).toEqual([12, 8]);
    expect(pixel(original, 0, 0)).toEqual([110, 105, 7]);
    expect(pixel(original, 11, 7)).toEqual([121, 112, 7]);
    expect(pixel(copy, 4, 2)).toEqual([117, 107, 7]);
    expect(pixel(noise, 4, 2)).toEqual([128 + 8 * 3, 128, 128]);
  });

  it('shows the middle with every pixel as four', () => {
    const doubled = pictures[3];
    if (!doubled) throw new Error('a tile is missing');
    expect([doubled.width, doubled.height]).toEqual([12, 8]);
    for (const [x, y] of [[0, 0], [1, 0], [0, 1], [1, 1]] as const) expect(pixel(doubled, x, y)).toEqual([113, 107, 7]); // prettier-ignore
    expect(pixel(doubled, 2, 0)).toEqual([114, 107, 7]);
    expect(pixel(doubled, 11, 7)).toEqual([118, 110, 7]);
  });

  it('clips noise that is too strong to show', () => {
    const [, , noise] = wholeRow('photo', marked(2, 2), marked(2, 2, 60)).tiles;
    expect(noise && pixel(noise.picture, 0, 0)).toEqual([255, 128, 128]);
  });
});

describe('a contact sheet', () => {
  it('has every picture whole and letters in between', () => {
    const sheet = composeSheet('title', [wholeRow('one', marked(30, 20), marked(30, 20)), wholeRow('two', marked(9, 9), marked(9, 9))]); // prettier-ignore
    const rows: number[] = [];
    for (let y = 0; y < sheet.height; y++) {
      for (let x = 0; x < sheet.width; x++) if (pixel(sheet, x, y).join() === '100,100,7') rows.push(y);
    }
    // Original and copy, side by side, in each of the two rows.
    expect(rows).toHaveLength(4);
    expect(new Set(rows).size).toBe(2);
    const bright = (from: number, to: number): number =>
      sheet.samples.subarray(3 * from * sheet.width, 3 * to * sheet.width).filter((sample) => sample === 230).length;
    expect(bright(0, rows[0] ?? 0)).toBeGreaterThan(3 * 50);
    expect(sheet.samples).toHaveLength(3 * sheet.width * sheet.height);
  });
});
