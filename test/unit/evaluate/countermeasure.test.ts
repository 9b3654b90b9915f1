import { describe, expect, it } from 'vitest';
import { attackOf, augmented, parseCountermeasure, type Batch } from '../../../engine/evaluate/countermeasure.ts';
import { Random } from '../../../engine/random/index.ts';

const size = 8;
const count = 4;
const area = size * size;
/** Picture n is all (n + 1) / 10 and of class n. */
const batch = (): Batch => ({
  seen: Float32Array.from({ length: count * 3 * area }, (_, i) => (Math.floor(i / (3 * area)) + 1) / 10),
  target: Float32Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0)),
});
const row = (target: Float32Array, n: number): number[] => [...target.subarray(n * count, (n + 1) * count)];
const picture = (seen: Float32Array, n: number): number[] => [...seen.subarray(n * 3 * area, (n + 1) * 3 * area)];
const seeds = [1, 2, 3, 4, 5, 6];

describe('countermeasures', () => {
  it('cut a grey square out, the same in each channel, and leave the label', () => {
    for (const seed of seeds) {
      const { seen, target } = augmented(batch(), 'cutout', size, new Random(seed));
      expect(target).toEqual(batch().target);
      for (let n = 0; n < count; n++) {
        const grey = picture(seen, n).map((sample) => sample === 0.5);
        expect(grey.filter(Boolean).length).toBeGreaterThanOrEqual(3 * 4);
        expect(grey.filter(Boolean).length).toBeLessThanOrEqual(3 * 16);
        expect(grey.slice(0, area)).toEqual(grey.slice(2 * area));
      }
    }
  });

  it('mix two pictures as their labels', () => {
    for (const seed of seeds) {
      const { seen, target } = augmented(batch(), 'mixup', size, new Random(seed));
      for (let n = 0; n < count; n++) {
        const shares = row(target, n);
        expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
        const level = shares.reduce((sum, share, c) => sum + (share * (c + 1)) / 10, 0);
        for (const sample of picture(seen, n)) expect(sample).toBeCloseTo(level, 5);
      }
    }
  });

  it('paste a part of another picture, and share the label by area', () => {
    for (const seed of seeds) {
      const { seen, target } = augmented(batch(), 'cutmix', size, new Random(seed));
      for (let n = 0; n < count; n++) {
        const samples = picture(seen, n);
        row(target, n).forEach((share, c) => {
          const found = samples.filter((sample) => Math.abs(sample - (c + 1) / 10) < 1e-6).length;
          expect(found / samples.length).toBeCloseTo(share, 5);
        });
      }
    }
  });

  it('do not change the batch that they are given', () => {
    for (const augmentation of ['cutout', 'mixup', 'cutmix'] as const) {
      const given = batch();
      augmented(given, augmentation, size, new Random(1));
      expect(given).toEqual(batch());
    }
  });

  it('are known by their names', () => {
    const names = ['cutout', 'mixup', 'cutmix', 'adversarial-4'];
    expect(names.map(parseCountermeasure)).toEqual(names);
    for (const wrong of ['', 'Mixup', 'adversarial', 'adversarial-0', 'adversarial-17', 'adversarial-1.5']) {
      expect(() => parseCountermeasure(wrong)).toThrow(expect.objectContaining({ code: 'bad-setting' }));
    }
    expect(attackOf('adversarial-4')).toEqual({ rhoA: 4, alphaA: 0.8, steps: 10 });
  });
});
