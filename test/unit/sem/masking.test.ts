import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import { maskingMap } from '../../../engine/sem/index.ts';

const frame = 24;
const size = { width: 20, height: 16 };
const grey = (level: (x: number, y: number) => number): Float32Array => {
  const picture = new Float32Array(3 * frame * frame);
  for (let i = 0; i < picture.length; i++) {
    const at = i % (frame * frame);
    picture[i] = level(at % frame, Math.floor(at / frame));
  }
  return picture;
};

describe('the masking map', () => {
  test('leaves a fifth of the budget where the picture is flat', () => {
    const map = maskingMap(
      grey(() => 0.6),
      frame,
      size,
    );
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) expect(map[y * frame + x]).toBeCloseTo(0.2, 2);
    }
  });

  test('leaves all of it in texture, and never more', () => {
    const random = new Random(1);
    const map = maskingMap(
      grey(() => 0.5 + random.between(-0.2, 0.2)),
      frame,
      size,
    );
    expect(map.every((share) => share >= 0.2 - 1e-6 && share <= 1)).toBe(true);
    expect(map[8 * frame + 10]).toBe(1);
  });

  test('grows with the deviation of the luma around a pixel', () => {
    // A chequered half of ± 4 levels beside a flat one.
    const map = maskingMap(
      grey((x, y) => 0.5 + (x < 10 ? ((x + y) % 2 ? 4 : -4) / 255 : 0)),
      frame,
      size,
    );
    for (const channel of [0, 1, 2]) {
      const plane = map.subarray(channel * frame * frame);
      expect(plane[8 * frame + 5]).toBeCloseTo(0.2 + 0.8 * 0.5, 1);
      expect(plane[8 * frame + 15]).toBeCloseTo(0.2, 2);
    }
  });
});
