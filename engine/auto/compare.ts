import { median } from './median.ts';

/**
 * How far gradients may be from the reference's, by ‖g − r‖₂ / ‖r‖₂. Right arithmetic of another order is at some 1e-6,
 * but a rectifier whose input is all but zero may turn on in one right runtime and off in another, and that alone can
 * move a gradient by 1e-2. It happens to a few problems and not to most, so that the median of several tells.
 */
export const GRADIENT_BOUNDS = {
  /** For the median over a trial's problems. */
  median: 1e-3,
  /** For every single gradient: what no rectifier does. The cosine to the reference is then 0.999 at least. */
  each: 4e-2,
} as const;

/** ‖g − r‖₂ / ‖r‖₂; no finite number where the lengths or values do not allow one. */
export function relativeErrorOf(gradient: Float32Array, reference: Float32Array): number {
  if (gradient.length !== reference.length) return Infinity;
  let [difference, norm] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    difference += (gradient[i]! - reference[i]!) ** 2;
    norm += reference[i]! ** 2;
  }
  if (norm === 0) return difference === 0 ? 0 : Infinity;
  return Math.sqrt(difference / norm);
}

/** How far several gradients are from the reference's: relative errors, both NaN where one of them is not finite. */
export interface Agreement {
  median: number;
  largest: number;
}

/** Compares gradients with the reference's of the same problems, an odd number of them, in the same order. */
export function agreementOf(gradients: readonly Float32Array[], references: readonly Float32Array[]): Agreement {
  const errors = references.map((reference, i) => relativeErrorOf(gradients[i] ?? new Float32Array(), reference));
  if (gradients.length !== references.length || !errors.every(Number.isFinite)) return { median: NaN, largest: NaN };
  return { median: median(errors), largest: errors.length === 0 ? NaN : Math.max(...errors) };
}

/** Whether a trial's gradients are near enough to the reference's to be used: never where a value is no number. */
export function isRight(agreement: Agreement): boolean {
  return agreement.median <= GRADIENT_BOUNDS.median && isNear(agreement.largest);
}

/** Whether one gradient by itself may be a right one: all that can be told of it, see {@link GRADIENT_BOUNDS}. */
export function isNear(relativeError: number): boolean {
  return relativeError <= GRADIENT_BOUNDS.each;
}

/** In words why a trial's gradients are not right. */
export function wrongInWords(agreement: Agreement): string {
  if (!(agreement.median > GRADIENT_BOUNDS.median)) return farInWords(agreement.largest);
  return offInWords(agreement.median, 'relative, in L2, the median of several', GRADIENT_BOUNDS.median);
}

/** In words why one gradient by itself is not right. */
export function farInWords(relativeError: number): string {
  if (!Number.isFinite(relativeError)) return 'Its gradient held values that are not numbers.';
  return offInWords(relativeError, 'relative, in L2', GRADIENT_BOUNDS.each);
}

function offInWords(error: number, measure: string, bound: number): string {
  return `Its gradient is ${error.toPrecision(2)} off the processor's (${measure}); at most ${bound} is allowed.`;
}
