import { z } from 'zod';
import { RUNTIME_IDS } from './candidates.ts';

/** What one candidate's trial came to. */
export const runtimeRow = z.object({
  id: z.enum(RUNTIME_IDS),
  /** In words, for people. */
  name: z.string(),
  /**
   * `right`: its gradients are the reference's within the bounds. `wrong`: they are not. `failed`: it could not be had or
   * stopped. `hung`: it did not answer in time. `dropped`: it was right on trial and failed at work.
   */
  state: z.enum(['right', 'wrong', 'failed', 'hung', 'dropped']),
  /** A sentence why it is not used; empty where it is right. */
  reason: z.string(),
  /** ‖g − r‖₂ / ‖r‖₂, the median over the trial's problems; null when there was nothing to compare. */
  relativeError: z.number().nullable(),
  /** Median seconds of one gradient; null when it was not timed. */
  seconds: z.number().nullable(),
});
export type RuntimeRow = z.infer<typeof runtimeRow>;

/** What Auto knows about this machine. */
export const runtimeTable = z.object({
  /** Of the machine, the versions and the generator that it was measured with: see `machineKey`. */
  key: z.string(),
  /** ISO 8601. */
  measuredAt: z.string(),
  rows: z.array(runtimeRow),
  /** The runtime that Auto takes; null when none computes correctly. */
  chosen: z.enum(RUNTIME_IDS).nullable(),
  /** A sentence why. */
  why: z.string(),
});
export type RuntimeTable = z.infer<typeof runtimeTable>;
