import { describe, expect, it } from 'vitest';
import { compose, mirrored, resampling, transposedMatrix } from '../../../engine/views/resample.ts';

/** Output sample i of a matrix applied to a signal. */
function apply(matrix: Float32Array, signal: readonly number[]): number[] {
  const outputs = matrix.length / signal.length;
  return Array.from({ length: outputs }, (_, i) =>
    signal.reduce((sum, value, j) => sum + value * (matrix[i * signal.length + j] ?? NaN), 0),
  );
}

describe('resampling', () => {
  it('is the identity when nothing changes size', () => {
    const signal = [3, 1, 4, 1, 5, 9, 2, 6];
    apply(resampling(8, 8, 0, 8, 8), signal).forEach((value, i) => expect(value).toBeCloseTo(signal[i] ?? NaN, 6));
  });

  it('keeps a constant constant, whatever the crop and size', () => {
    for (const [start, length, outputs] of [
      [0, 10, 4],
      [2.3, 5.1, 8],
      [0, 10, 23],
      [9, 1, 3],
    ] as const) {
      for (const value of apply(resampling(10, 10, start, length, outputs), Array<number>(10).fill(7))) {
        expect(value).toBeCloseTo(7, 5);
      }
    }
  });

  it('keeps a ramp where it does not touch the edge: pixel centres stay in place', () => {
    const ramp = Array.from({ length: 32 }, (_, i) => i + 0.5);
    const values = apply(resampling(32, 32, 8, 16, 8), ramp);
    values.forEach((value, i) => expect(value).toBeCloseTo(8 + (i + 0.5) * 2, 5));
  });

  it('never reads beyond the picture in its frame', () => {
    const matrix = resampling(12, 9, 0, 9, 6);
    for (let i = 0; i < 6; i++) for (let j = 9; j < 12; j++) expect(matrix[i * 12 + j]).toBe(0);
  });
});

it('composes: two resamplings in one', () => {
  const second = resampling(12, 12, 1, 9, 5);
  const first = resampling(5, 5, 0, 5, 8);
  const signal = Array.from({ length: 12 }, (_, i) => Math.sin(i));
  const atOnce = apply(compose(first, second, 5), signal);
  apply(first, apply(second, signal)).forEach((value, i) => expect(atOnce[i]).toBeCloseTo(value, 5));
});

it('mirrors the output', () => {
  const matrix = resampling(6, 6, 0, 6, 6);
  apply(mirrored(matrix, 6), [1, 2, 3, 4, 5, 6]).forEach((value, i) => expect(value).toBeCloseTo(6 - i, 5));
});

it('transposes', () => {
  expect([...transposedMatrix(Float32Array.of(1, 2, 3, 4, 5, 6), 2)]).toEqual([1, 4, 2, 5, 3, 6]);
});
