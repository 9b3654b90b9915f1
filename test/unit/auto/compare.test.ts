import { describe, expect, it } from 'vitest';
import {
  agreementOf,
  farInWords,
  isNear,
  isRight,
  relativeErrorOf,
  wrongInWords,
  type Agreement,
} from '../../../engine/auto/index.ts';

const reference = Float32Array.of(3, 0, -4);
const from = (...values: number[]): number => relativeErrorOf(Float32Array.from(values), reference);

describe('the relative error of a gradient', () => {
  it('is ‖g − r‖₂ / ‖r‖₂, computed by hand', () => {
    expect(from(3, 0, -4)).toBe(0);
    expect(from(-3, 0, 4)).toBe(2);
    // Twice the gradient points the same way, but is not the gradient.
    expect(from(6, 0, -8)).toBe(1);
    // (3, 5, −4): √25 / 5 off.
    expect(from(3, 5, -4)).toBeCloseTo(1, 12);
  });

  it.each([
    ['not a number', [3, NaN, -4]],
    ['infinite', [3, Infinity, -4]],
    ['nothing', [0, 0, 0]],
    ['of another length', [3, 0]],
  ])('of a gradient that is %s is never near', (_, values) => {
    expect(isNear(from(...values))).toBe(false);
  });

  it('is near up to 4e-2', () => {
    expect(isNear(from(3, 0.199, -4))).toBe(true);
    expect(isNear(from(3, 0.201, -4))).toBe(false);
  });
});

/** Gradients of five problems that are off by these relative errors. */
const agreement = (...errors: number[]): Agreement =>
  agreementOf(
    errors.map((error) => Float32Array.of(3, 5 * error, -4)),
    errors.map(() => reference),
  );

describe('the agreement of several gradients', () => {
  it('is the median of their relative errors, and the largest', () => {
    const { median, largest } = agreement(0.5, 0.1, 0.3, 0.2, 0.4);
    expect(median).toBeCloseTo(0.3, 6);
    expect(largest).toBeCloseTo(0.5, 6);
  });

  it('is right up to a median of 1e-3 and a largest of 4e-2, and no further', () => {
    expect(isRight(agreement(0.03, 9e-4, 0, 9e-4, 9e-4))).toBe(true);
    expect(isRight(agreement(0.03, 0.03, 0, 9e-4, 9e-4))).toBe(true);
    expect(isRight(agreement(0.03, 0.03, 0.0011, 0, 0))).toBe(false);
    expect(isRight(agreement(0.041, 0, 0, 0, 0))).toBe(false);
  });

  it('is none where a gradient is missing, or there is none', () => {
    expect(isRight(agreementOf([reference, reference], [reference, reference, reference]))).toBe(false);
    expect(isRight(agreementOf([reference, reference], [reference]))).toBe(false);
    expect(isRight(agreementOf([], []))).toBe(false);
  });

  it('is told in words where it is not right: the bound that it breaks', () => {
    expect(wrongInWords(agreement(0.02, 0.02, 0.02, 0.02, 0.02))).toBe(
      "Its gradient is 0.020 off the processor's (relative, in L2, the median of several); at most 0.001 is allowed.",
    );
    const far = "Its gradient is 0.50 off the processor's (relative, in L2); at most 0.04 is allowed.";
    expect(wrongInWords(agreement(0.5, 0, 0, 0, 0))).toBe(far);
    expect(farInWords(0.5)).toBe(far);
    expect(wrongInWords(agreement(NaN, 0, 0, 0, 0))).toBe('Its gradient held values that are not numbers.');
  });
});
