import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import { classFilters, FILTER_SIZE, MAXIMUM_CLASSES, startingNoise } from '../../../engine/sem/index.ts';

const area = FILTER_SIZE * FILTER_SIZE;
const filters = classFilters(MAXIMUM_CLASSES);
const filter = (c: number): Float32Array => filters.subarray(c * area, (c + 1) * area);
const frame = 48;
const size = { width: 40, height: 31 };

/** A random picture in its frame, smooth enough to stay away from the clip. */
function picture(seed: number): Float32Array {
  return new Random(seed).uniform(3 * frame * frame, 0.02).map((sample) => 0.5 + sample);
}

const inside = (i: number): boolean => i % frame < size.width && Math.floor(i / frame) < size.height;

describe('class filters', () => {
  test('have sum 0 and magnitudes that add up to 1', () => {
    for (let c = 0; c < MAXIMUM_CLASSES; c++) {
      expect(filter(c).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5);
      expect(filter(c).reduce((a, b) => a + Math.abs(b), 0)).toBeCloseTo(1, 5);
    }
  });

  test('are a different direction for every class', () => {
    const length = (a: Float32Array): number => Math.hypot(...a);
    for (let c = 0; c < MAXIMUM_CLASSES; c++) {
      for (let d = 0; d < c; d++) {
        const cosine = filter(c).reduce((sum, tap, i) => sum + tap * (filter(d)[i] ?? 0), 0);
        expect(cosine / (length(filter(c)) * length(filter(d)))).toBeLessThan(0.9);
      }
    }
  });

  test('answer the same to a picture and to its mirror image, as a flip among the views asks for', () => {
    for (let c = 0; c < MAXIMUM_CLASSES; c++) {
      for (let i = 0; i < area; i++) {
        const mirrored = Math.floor(i / FILTER_SIZE) * FILTER_SIZE + FILTER_SIZE - 1 - (i % FILTER_SIZE);
        expect(filter(c)[i]).toBeCloseTo(filter(c)[mirrored] ?? NaN, 6);
      }
    }
  });

  test('are as many as the generator may have classes', () => {
    expect(() => classFilters(MAXIMUM_CLASSES + 1)).toThrow(RangeError);
  });
});

describe('starting noise', () => {
  test('is ρ_u · tanh of the filtered luma', () => {
    const x = picture(1);
    const noise = startingNoise(filters, 3, 8, x, frame, size);
    const luma = (column: number, row: number): number => {
      const at = row * frame + column;
      const [r, g, b] = [x[at] ?? 0, x[frame * frame + at] ?? 0, x[2 * frame * frame + at] ?? 0];
      return 0.299 * r + 0.587 * g + 0.114 * b;
    };
    let answer = 0;
    for (let i = 0; i < area; i++) {
      answer += (filter(3)[i] ?? 0) * luma(20 + (i % FILTER_SIZE) - 4, 15 + Math.floor(i / FILTER_SIZE) - 4);
    }
    expect(noise[15 * frame + 20]).toBeCloseTo((8 / 255) * Math.tanh((5 / 8) * 255 * answer), 6);
  });

  test('stays within ρ_u, in the picture, and is nothing where the picture is flat', () => {
    const busy = picture(2).map((sample) => (sample - 0.5) * 25 + 0.5);
    for (let c = 0; c < MAXIMUM_CLASSES; c++) {
      const noise = startingNoise(filters, c, 4, busy, frame, size);
      expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(4 / 255 + 1e-8);
      expect(noise.every((sample, i) => inside(i) || sample === 0)).toBe(true);
      expect(noise.some((sample) => Math.abs(sample) > 2 / 255)).toBe(true);
      const flat = startingNoise(filters, c, 4, new Float32Array(3 * frame * frame).fill(0.4), frame, size);
      expect(Math.max(...flat.map(Math.abs))).toBeLessThan(1e-5);
    }
  });

  test('strengthens a band in one class and weakens it in another', () => {
    const x = new Float32Array(3 * frame * frame);
    for (let i = 0; i < x.length; i++) x[i] = 0.5 + 0.02 * Math.sin((2 * Math.PI * 8 * (i % frame)) / 64);
    const along = (c: number): number =>
      startingNoise(filters, c, 8, x, frame, size).reduce((sum, d, i) => sum + d * ((x[i] ?? 0) - 0.5), 0);
    expect(along(0)).toBeGreaterThan(0);
    expect(along(6)).toBeCloseTo(-along(0), 6);
  });

  test('of a picture of one pixel is nothing', () => {
    const x = new Float32Array(3 * frame * frame).fill(0.7);
    expect(startingNoise(filters, 0, 8, x, frame, { width: 1, height: 1 })[0]).toBeCloseTo(0, 6);
  });
});
