import { describe, expect, it } from 'vitest';
import { chooseTargetClass, seedFor } from '../../../engine/protect/index.ts';

describe('the target class of a new album', () => {
  it('is one that no album has, while there are any', () => {
    expect(chooseTargetClass([], 4)).toBe(0);
    expect(chooseTargetClass([0, 2], 4)).toBe(1);
    expect(chooseTargetClass([0, 1, 2], 4)).toBe(3);
  });
  it('is shared by the fewest once all are taken', () => {
    expect(chooseTargetClass([0, 1, 2, 3, 0, 1, 3], 4)).toBe(2);
  });
  it('counts a class that only an earlier generator had as the one that its album shares now', () => {
    expect(chooseTargetClass([0, 99, -1], 3)).toBe(1);
    expect(chooseTargetClass([13], 12)).toBe(0);
    expect(chooseTargetClass([0, 13], 12)).toBe(2);
  });
});

it("a photo's seed is its own, 32 bits, and repeats", () => {
  const [a, b] = ['ff'.repeat(32), '0'.repeat(64)];
  expect(seedFor(1, a)).toBe(seedFor(1, a));
  expect(new Set([seedFor(1, a), seedFor(2, a), seedFor(1, b)]).size).toBe(3);
  for (const seed of [seedFor(0xffff_ffff, a), seedFor(1, b)]) {
    expect(seed).toBeGreaterThanOrEqual(0);
    expect(seed).toBeLessThanOrEqual(0xffff_ffff);
  }
});
