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

/** What a filter does to the three channels, as one direction. */
const direction = ({ taps, signs }: ClassFilter): number[] =>
  signs.flatMap((sign) => [...taps].map((tap) => sign * tap));

describe('class filters', () => {
  test.each(filters)('$# has sum 0, magnitudes that add up to 1, and is its own mirror image', ({ taps }) => {
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

  test('are as many as the generator may have classes', () => {
    expect(() => classFilters(MAXIMUM_CLASSES + 1)).toThrow(RangeError);
    expect(() => classFilter(filters, MAXIMUM_CLASSES)).toThrow(RangeError);
  });
});

describe('starting noise', () => {
  test('is ρ_u · sign · tanh of the filtered channel', () => {
    const x = picture(1);
    const filter = classFilter(filters, 3);
    const noise = startingNoise(filter, 8, x, frame, size);
    for (const channel of [0, 1, 2]) {
      let answer = 0;
      filter.taps.forEach((tap, i) => {
        const [column, row] = [20 + (i % FILTER_SIZE) - 4, 15 + Math.floor(i / FILTER_SIZE) - 4];
        answer += tap * (x[channel * area + row * frame + column] ?? 0);
      });
      const expected = (8 / 255) * (filter.signs[channel] ?? NaN) * Math.tanh(255 * filter.gain * answer);
      expect(noise[channel * area + 15 * frame + 20]).toBeCloseTo(expected, 6);
    }
  });

  test.each(filters)('$# stays within ρ_u, in the picture, and is nothing where the picture is flat', (filter) => {
    const busy = picture(2).map((sample) => (sample - 0.5) * 25 + 0.5);
    const noise = startingNoise(filter, 4, busy, frame, size);
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(4 / 255 + 1e-8);
    expect(noise.every((sample, i) => inside(i) || sample === 0)).toBe(true);
    expect(noise.some((sample) => Math.abs(sample) > 2 / 255)).toBe(true);
    const flat = startingNoise(filter, 4, new Float32Array(3 * area).fill(0.4), frame, size);
    expect(Math.max(...flat.map(Math.abs))).toBeLessThan(1e-5);
  });

  test('strengthens the band of a channel, weakens it or leaves it, as the signs say', () => {
    for (const filter of filters) {
      const x = waves(filter === filters[0] ? 8 : 12, 0.02);
      const noise = startingNoise(filter, 8, x, frame, size);
      filter.signs.forEach((sign, channel) => {
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
    expect(loudness(10, 16)).toBeGreaterThan(2 * loudness(10, 3));
  });

  test('of a picture of one pixel is nothing', () => {
    const x = new Float32Array(3 * area).fill(0.7);
    expect(startingNoise(classFilter(filters, 0), 8, x, frame, { width: 1, height: 1 })[0]).toBeCloseTo(0, 6);
  });
});
