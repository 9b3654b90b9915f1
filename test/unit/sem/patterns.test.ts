import { describe, expect, it } from 'vitest';
import { classPatterns, PATTERN_SIZE, startingNoise } from '../../../engine/sem/index.ts';

const area = PATTERN_SIZE * PATTERN_SIZE;
const classes = 24;
const patterns = classPatterns(classes, 1);
const pattern = (c: number): Float32Array => patterns.subarray(c * area, (c + 1) * area);

function correlation(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += value * (b[i] ?? 0);
    aa += value ** 2;
    bb += (b[i] ?? 0) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

describe('class patterns', () => {
  it('lie in [−1, 1], are strong and have no mean', () => {
    for (let c = 0; c < classes; c++) {
      const values = pattern(c);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
      expect(Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / area)).toBeGreaterThan(0.5);
      expect(Math.abs(values.reduce((sum, v) => sum + v, 0) / area)).toBeLessThan(0.02);
    }
  });

  it('differ from class to class', () => {
    for (let a = 0; a < classes; a++) {
      for (let b = 0; b < a; b++) expect(Math.abs(correlation(pattern(a), pattern(b))), `${a}, ${b}`).toBeLessThan(0.2);
    }
  });

  it('repeat without a seam', () => {
    const size = { width: 100, height: 70 };
    const noise = startingNoise(patterns, 3, 8, 128, size);
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 36; x++) {
        expect(noise[y * 128 + x + 64]).toBe(noise[y * 128 + x]);
        expect(noise[(y + 64) * 128 + x]).toBe(noise[y * 128 + x]);
      }
    }
  });

  it('start the noise within ρ_u, and only inside the picture', () => {
    const noise = startingNoise(patterns, 5, 8, 128, { width: 90, height: 64 }, { x: 7, y: 50 });
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(8 / 255);
    expect(noise[64 * 128]).toBe(0);
    expect(noise[90]).toBe(0);
    expect(noise[89]).not.toBe(0);
  });
});
