import { meanOf } from '../../evaluate/statistics.ts';

/** When an optimization has come to its end: see {@link isFlat}. */
export interface StopRule {
  /** Losses of so many steps are averaged, so that the chance of their views does not decide; 1 or more. */
  window: number;
  /** The least share by which the mean loss of one window must fall against the one before, 0 to 1. */
  gain: number;
}

/**
 * Whether the loss has stopped falling. The loss of a step is one on views that no step before has seen.
 * @param losses of the steps so far
 */
export function isFlat(losses: readonly number[], { window, gain }: StopRule): boolean {
  if (losses.length < 2 * window) return false;
  const last = meanOf(losses.slice(-window));
  const before = meanOf(losses.slice(-2 * window, -window));
  return last > (1 - gain) * before;
}
