import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import {
  classFilter,
  classFilters,
  FILTER_SIZE,
  MAXIMUM_CLASSES,
  startingNoise,
  type ClassFilter,
} from '../../../engine/sem/index.ts';

const filters = classFilters(MAXIMUM_CLASSES);
const frame = 48;
const area = frame * frame;
const size = { width: 40, height: 31 };

/** A random picture in its frame, smooth enough to stay away from the clip. */
function picture(seed: number): Float32Array {
  return new Random(seed).uniform(3 * area, 0.02).map((sample) => 0.5 + sample);
}

/** `cycles` upright waves across 64 pixels, of ± `level` in every channel. */
function waves(cycles: number, level: number): Float32Array {
  return new Float32Array(3 * area).map((_, i) => 0.5 + level * Math.sin((2 * Math.PI * cycles * (i % frame)) / 64));
}

const inside = (i: number): boolean => i % frame < size.width && Math.floor((i % area) / frame) < size.height;

const LUMA = [0.299, 0.587, 0.114];
const AREA_OF_FILTER = FILTER_SIZE * FILTER_SIZE;

/** What a filter does to the three channels in first order, as one direction: [channel out][channel in][tap]. */
const direction = (filter: ClassFilter): number[] =>
  [0, 1, 2].flatMap((out) =>
    [0, 1, 2].flatMap((from) =>
      Array.from({ length: AREA_OF_FILTER }, (_, i) =>
        filter.reduce((sum, { taps, signs, source, gain, share }) => {
          const weight = source === 'luma' ? (LUMA[from] ?? NaN) : Number(from === out);
          return sum + share * gain * (signs[out] ?? NaN) * weight * (taps[i] ?? NaN);
        }, 0),
      ),
    ),
  );

describe('class filters', () => {
  test.each(filters.flat())('$# has sum 0, magnitudes that add up to 1, and is its own mirror image', ({ taps }) => {
    expect(taps.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5);
    expect(taps.reduce((a, b) => a + Math.abs(b), 0)).toBeCloseTo(1, 5);
    taps.forEach((tap, i) => {
      const mirrored = Math.floor(i / FILTER_SIZE) * FILTER_SIZE + FILTER_SIZE - 1 - (i % FILTER_SIZE);
      expect(tap).toBeCloseTo(taps[mirrored] ?? NaN, 6);
    });
  });

  test('are a different direction for every class', () => {
    const directions = filters.map(direction);
    directions.forEach((one, c) => {
      for (const other of directions.slice(0, c)) {
        const cosine =
          one.reduce((sum, tap, i) => sum + tap * (other[i] ?? 0), 0) / Math.hypot(...one) / Math.hypot(...other);
        expect(cosine).toBeLessThan(0.9);
      }
    });
  });

  test('have a part that grey leaves, and one of which it leaves little', () => {
    for (const [luma, colour] of filters) {
      expect(luma).toMatchObject({ source: 'luma', share: 0.65 });
      expect(colour).toMatchObject({ source: 'channel', share: 0.65 });
      expect(new Set(luma?.signs).size).toBe(1);
      expect(new Set(colour?.signs).size).toBe(2);
    }
  });

  test('are as many as the generator may have classes', () => {
    expect(() => classFilters(MAXIMUM_CLASSES + 1)).toThrow(RangeError);
    expect(() => classFilter(filters, MAXIMUM_CLASSES)).toThrow(RangeError);
  });
});

describe('starting noise', () => {
  test('is ρ_u · the clipped sum over the parts of share · sign · tanh of the filtered luma or channel', () => {
    const x = picture(1).map((sample) => 0.5 + (sample - 0.5) * 8);
    const filter = classFilter(filters, 3);
    const noise = startingNoise(filter, 8, x, frame, size);
    const sample = (channel: number, column: number, row: number): number =>
      x[channel * area + row * frame + column] ?? 0;
    let clipped = 0;
    for (let at = 6; at < 30; at++) {
      for (const channel of [0, 1, 2]) {
        const sum = filter.reduce((total, { taps, gain, signs, source, share }) => {
          let answer = 0;
          taps.forEach((tap, i) => {
            const [column, row] = [at + (i % FILTER_SIZE) - 4, 15 + Math.floor(i / FILTER_SIZE) - 4];
            const seen =
              source === 'luma'
                ? LUMA.reduce((luma, weight, c) => luma + weight * sample(c, column, row), 0)
                : sample(channel, column, row);
            answer += tap * seen;
          });
          return total + share * (signs[channel] ?? NaN) * Math.tanh(255 * gain * answer);
        }, 0);
        if (Math.abs(sum) > 1) clipped++;
        const expected = (8 / 255) * Math.max(-1, Math.min(1, sum));
        expect(noise[channel * area + 15 * frame + at]).toBeCloseTo(expected, 6);
      }
    }
    expect(clipped).toBeGreaterThan(0);
  });

  test.each(filters.map((filter) => ({ filter })))(
    '$# stays within ρ_u, in the picture, and is nothing where the picture is flat',
    ({ filter }) => {
      const busy = picture(2).map((sample) => (sample - 0.5) * 25 + 0.5);
      const noise = startingNoise(filter, 4, busy, frame, size);
      expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(4 / 255 + 1e-8);
      expect(noise.every((sample, i) => inside(i) || sample === 0)).toBe(true);
      expect(noise.some((sample) => Math.abs(sample) > 2 / 255)).toBe(true);
      const flat = startingNoise(filter, 4, new Float32Array(3 * area).fill(0.4), frame, size);
      expect(Math.max(...flat.map(Math.abs))).toBeLessThan(1e-5);
    },
  );

  test('strengthens the band of a part, or weakens it, as its signs say', () => {
    for (const part of filters.flat()) {
      const x = waves(part.gain < 0.6 ? 9 : 12, 0.02).map((sample, i) => {
        // Waves of all orientations, so that every part has some of its own.
        const row = Math.floor((i % area) / frame);
        return (
          sample +
          0.02 * Math.sin((2 * Math.PI * 9 * row) / 64) +
          0.02 * Math.sin((2 * Math.PI * 6.4 * (row + (i % frame))) / 64)
        );
      });
      const noise = startingNoise([part], 8, x, frame, size);
      part.signs.forEach((sign, channel) => {
        let along = 0;
        for (let i = channel * area; i < (channel + 1) * area; i++) along += (noise[i] ?? 0) * ((x[i] ?? 0) - 0.5);
        expect(Math.sign(along)).toBe(sign);
      });
    }
  });

  test('answers its own band most', () => {
    const loudness = (c: number, cycles: number): number =>
      startingNoise(classFilter(filters, c), 8, waves(cycles, 0.004), frame, size).reduce((sum, d) => sum + d * d, 0);
    expect(loudness(0, 8)).toBeGreaterThan(2 * loudness(0, 24));
    expect(loudness(8, 16)).toBeGreaterThan(2 * loudness(8, 3));
  });

  test('of a picture of one pixel is nothing', () => {
    const x = new Float32Array(3 * area).fill(0.7);
    expect(startingNoise(classFilter(filters, 0), 8, x, frame, { width: 1, height: 1 })[0]).toBeCloseTo(0, 6);
  });
});
