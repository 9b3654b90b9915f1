import { describe, expect, it } from 'vitest';
import { deviationOf, isRight } from '../../../engine/auto/index.ts';

const reference = Float32Array.of(3, 0, -4);
const from = (...values: number[]): ReturnType<typeof deviationOf> => deviationOf(Float32Array.from(values), reference);

describe('the deviation of a gradient', () => {
  it('is ‖g − r‖₂ / ‖r‖₂ and the cosine, computed by hand', () => {
    expect(from(3, 0, -4)).toEqual({ relativeError: 0, cosine: 1 });
    expect(from(-3, 0, 4)).toEqual({ relativeError: 2, cosine: -1 });
    // (3, 5, −4): √25 / 5 off, and 25 / (√50 · 5).
    expect(from(3, 5, -4).relativeError).toBeCloseTo(1, 12);
    expect(from(3, 5, -4).cosine).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('is right up to 1e-2 and no further', () => {
    expect(isRight(from(3, 0.049, -4))).toBe(true);
    expect(isRight(from(3, 0.051, -4))).toBe(false);
    // Twice the gradient points the same way, but is not the gradient.
    expect(isRight(from(6, 0, -8))).toBe(false);
  });

  it.each([
    ['not a number', [3, NaN, -4]],
    ['infinite', [3, Infinity, -4]],
    ['nothing', [0, 0, 0]],
    ['of another length', [3, 0]],
  ])('of a gradient that is %s is never right', (_, values) => {
    expect(isRight(from(...values))).toBe(false);
  });
});
