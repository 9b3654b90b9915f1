import type { Failure } from '../engine/errors.ts';

/** Why work on many photos (a job, an export) cannot go on with any of them. */
export class Blocked extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.problem);
    this.failure = failure;
  }
}
