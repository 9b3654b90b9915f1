import { meanOf, spreadOf as deviationOf } from '../evaluate/statistics.ts';

/** The middle and the ends of what was measured. */
export interface Spread {
  median: number;
  least: number;
  most: number;
  /** How many values it is of. */
  count: number;
}

/** Median (the mean of the middle two of an even number), least and most. @throws Error of nothing */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const least = sorted[0];
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) throw new Error('nothing was measured');
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return { median, least, most, count: sorted.length };
}

/** a / b, round by round: what disturbs a round disturbs both. @throws Error when they are not of the same rounds */
export function ratiosOf(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new Error(`${a.length} rounds cannot be divided by ${b.length}`);
  return a.map((value, round) => value / (b[round] ?? NaN));
}

/** A mean, and how far it may be off. */
export interface Mean {
  mean: number;
  /** Standard error: the sample deviation over √n; 0 of fewer than two values. */
  error: number;
}

/** The mean with its standard error. */
export function meanWithError(values: readonly number[]): Mean {
  return { mean: meanOf(values), error: (deviationOf(values) ?? 0) / Math.sqrt(values.length) };
}
