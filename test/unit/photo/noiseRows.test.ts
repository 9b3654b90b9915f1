import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary } from '../../../engine/photo/index.ts';
import type { NoiseCanvas } from '../../../engine/photo/index.ts';
import { photoLibrary } from '../../../engine/photo/library.ts';
import { NoiseRows } from '../../../engine/photo/noiseRows.ts';
import { makeNoise } from '../../fixtures/noise.ts';

afterAll(closePhotoLibrary);

/** Bilinear between pixel centres, edges repeated, sample by sample: before rounding, in 1/255. */
function slowly(noise: NoiseCanvas, width: number, height: number, x: number, y: number, channel: number): number {
  const at = (column: number, row: number): number => {
    const inside = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));
    const index = (inside(row, noise.height) * noise.width + inside(column, noise.width)) * 3 + channel;
    return ((noise.samples[index] ?? Number.NaN) * noise.rhoU) / 127;
  };
  const [u, v] = [((x + 0.5) * noise.width) / width - 0.5, ((y + 0.5) * noise.height) / height - 0.5];
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const [right, down] = [u - column, v - row];
  const upper = at(column, row) * (1 - right) + at(column + 1, row) * right;
  const lower = at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right;
  return upper * (1 - down) + lower * down;
}

async function rowsOf(noise: NoiseCanvas, width: number, height: number, bitDepth: 8 | 16): Promise<NoiseRows> {
  return new NoiseRows(await photoLibrary(), noise, { orientation: 1, width, height, bitDepth }, 3);
}

describe('the rows of the noise', () => {
  it.each([
    [9, 7, 61, 50, 8],
    [9, 7, 9, 7, 8],
    [12, 5, 40, 5, 16],
    [1, 1, 4, 3, 8],
  ] as const)(
    'of %i × %i at %i × %i, %i bits, are the rounded bilinear ones',
    async (w, h, width, height, bitDepth) => {
      const noise = makeNoise(w, h, 8);
      const rows = await rowsOf(noise, width, height, bitDepth);
      const units = bitDepth === 8 ? 1 : 257;
      for (let y = 0; y < height; y += 1) {
        const row = rows.row(y);
        for (let x = 0; x < width; x += 1) {
          for (let channel = 0; channel < 3; channel += 1) {
            const exact = slowly(noise, width, height, x, y, channel) * units;
            expect(Math.abs((row[3 * x + channel] ?? Number.NaN) - exact)).toBeLessThan(0.5 + 1e-3);
          }
        }
      }
    },
  );

  it('are the same in whatever order they are asked for', async () => {
    const noise = makeNoise(6, 5, 8);
    const fromTop = await rowsOf(noise, 30, 28, 8);
    const expected = Array.from({ length: 28 }, (_, y) => Array.from(fromTop.row(y)));
    const anyhow = await rowsOf(noise, 30, 28, 8);
    for (const y of [27, 3, 3, 14, 0, 26, 13, 1]) expect(Array.from(anyhow.row(y))).toEqual(expected[y]);
  });

  it.each([4.7, 7.9, 32] as const)('stay within %f/255 after rounding', async (rhoU) => {
    const noise = makeNoise(5, 5, rhoU);
    for (const bitDepth of [8, 16] as const) {
      const rows = await rowsOf(noise, 33, 21, bitDepth);
      const limit = rhoU * (bitDepth === 8 ? 1 : 257);
      for (let y = 0; y < 21; y += 1)
        for (const sample of rows.row(y)) expect(Math.abs(sample)).toBeLessThanOrEqual(limit);
    }
  });
});
