import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import { MASKING, maskingMap } from '../../../engine/sem/index.ts';

const frame = 24;
const size = { width: 20, height: 16 };

/** A grey picture from levels of 0 to 255. */
function grey(level: (x: number, y: number) => number): Float32Array {
  const picture = new Float32Array(3 * frame * frame);
  for (let i = 0; i < picture.length; i++) {
    const at = i % (frame * frame);
    picture[i] = level(at % frame, Math.floor(at / frame)) / 255;
  }
  return picture;
}

const shares = (map: Float32Array): number[] =>
  Array.from({ length: size.width * size.height }, (_, i) => {
    const share = map[Math.floor(i / size.width) * frame + (i % size.width)];
    return share ?? NaN;
  });

/** Residual deviation of the best plane through nine samples, by trying slopes: slow, and shares nothing with ours. */
function departureFromPlane(samples: readonly number[]): number {
  const squares = (a: number, b: number): number => {
    const rest = samples.map((sample, i) => sample - a * ((i % 3) - 1) - b * (Math.floor(i / 3) - 1));
    const mean = rest.reduce((sum, each) => sum + each, 0) / 9;
    return rest.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  };
  let [a, b] = [0, 0];
  for (let step = 32; step > 1e-4; step /= 2) {
    for (let moved = true; moved;) {
      moved = false;
      for (const [da, db] of [
        [step, 0],
        [-step, 0],
        [0, step],
        [0, -step],
      ] as const) {
        // prettier-ignore
        if (squares(a + da, b + db) < squares(a, b)) [a, b, moved] = [a + da, b + db, true];
      }
    }
  }
  return Math.sqrt(squares(a, b) / 6);
}

describe('the masking map', () => {
  test('leaves the floor where the picture is flat or an even gradient', () => {
    for (const level of [() => 150, (x: number, y: number) => 20 + 7 * x + 3 * y]) {
      for (const share of shares(maskingMap(grey(level), frame, size))) expect(share).toBeCloseTo(MASKING.floor, 2);
    }
  });

  test('leaves all of the budget in texture, and never more', () => {
    const random = new Random(1);
    const map = maskingMap(
      grey((x, y) => 128 + random.between(20, 60) * ((x + y) % 2 ? 1 : -1)),
      frame,
      size,
    );
    expect(map.every((share) => share >= MASKING.floor - 1e-6 && share <= 1)).toBe(true);
    expect(shares(map).every((share) => share === 1)).toBe(true);
  });

  test('keeps both sides of an edge at the floor, and a flat side beside texture', () => {
    const random = new Random(2);
    const edge = maskingMap(
      grey((x) => (x < 10 ? 30 : 220)),
      frame,
      size,
    );
    for (const share of shares(edge)) expect(share).toBeCloseTo(MASKING.floor, 2);
    const shore = maskingMap(
      grey((x) => (x < 10 ? 128 : 128 + random.between(-60, 60))),
      frame,
      size,
    );
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < 10; x++) expect(shore[y * frame + x]).toBeCloseTo(MASKING.floor, 2);
      for (let x = 12; x < size.width; x++) expect(shore[y * frame + x]).toBe(1);
    }
  });

  test('rises with the least departure from a plane in the windows that have the pixel in a corner', () => {
    const random = new Random(3);
    const levels = Array.from({ length: frame * frame }, () => 120 + random.between(-5, 5));
    const at = (x: number, y: number): number => levels[y * frame + x] ?? NaN;
    const [floor, busy] = [0.1, 6];
    const map = maskingMap(grey(at), frame, size, { floor, busy });
    const window = (left: number, top: number): number =>
      departureFromPlane([0, 1, 2].flatMap((dy) => [0, 1, 2].map((dx) => at(left + dx, top + dy))));
    const seen = new Set<number>();
    for (const [x, y] of [
      [5, 5],
      [9, 3],
      [16, 12],
      [2, 13],
    ] as const) {
      // prettier-ignore
      const least = Math.min(window(x - 2, y - 2), window(x, y - 2), window(x - 2, y), window(x, y));
      expect(map[y * frame + x]).toBeCloseTo(floor + (1 - floor) * (least / busy), 3);
      seen.add(map[y * frame + x] ?? NaN);
    }
    expect(seen.size).toBe(4);
    // In the corner of the picture there is but one window.
    expect(map[0]).toBeCloseTo(floor + (1 - floor) * (window(0, 0) / busy), 3);
  });

  test('of a picture of one line, or of one pixel, is within its bounds', () => {
    for (const tiny of [
      { width: 1, height: 1 },
      { width: 2, height: 9 },
      { width: 20, height: 1 },
    ]) {
      // prettier-ignore
      const map = maskingMap(
        grey((x, y) => 30 * ((x * 5 + y * 3) % 7)),
        frame,
        tiny,
      );
      expect(map.every((share) => share >= MASKING.floor - 1e-6 && share <= 1)).toBe(true);
    }
  });

  test('is 1 everywhere for a floor of 1', () => {
    const map = maskingMap(
      grey((x) => 9 * x),
      frame,
      size,
      { ...MASKING, floor: 1 },
    );
    expect(map.every((share) => share === 1)).toBe(true);
  });
});
