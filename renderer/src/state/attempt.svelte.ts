import { attempt, failureOf, sentenceOf } from '../lib/api.ts';

/**
 * What a dialog has begun. What goes wrong is told in the dialog itself: behind it a notice could be neither dismissed nor
 * heard.
 */
export class Attempt {
  running = $state(false);
  /** A sentence or two; empty when nothing went wrong. */
  problem = $state('');

  /** Runs `work`, unless something is being tried already. True when it went well. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.running) return false;
    this.running = true;
    this.problem = '';
    const went = await attempt(work, (thrown) => this.fail(thrown));
    this.running = false;
    return went;
  }

  /** Tells what went wrong with something that was not begun here. */
  fail(thrown: unknown): void {
    this.problem = sentenceOf(failureOf(thrown));
  }
}
