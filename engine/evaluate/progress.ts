import { UserError } from '../errors.ts';

/** How far several pieces of work together are, in whatever unit they are weighed. */
export interface WorkProgress<Stage extends string> {
  stage: Stage;
  done: number;
  total: number;
  /** Until all is done; null until it can be told. */
  secondsLeft: number | null;
  /** Which piece it is about, in words. */
  what: string;
}

/** Who is told, and may stop the work. */
export interface ProgressHooks<Stage extends string> {
  onProgress?: (progress: WorkProgress<Stage>) => void;
  /** Aborting rejects with UserError 'cancelled'. */
  signal?: AbortSignal;
}

/** How one piece of work tells how far it is. */
export interface Report {
  /** @param share 0 to 1. @throws UserError 'cancelled' when aborted */
  tell: (share: number) => void;
  finish: () => void;
}

/** Adds up what is done side by side. */
export class Progress<Stage extends string> {
  readonly #hooks: ProgressHooks<Stage>;
  readonly #works: readonly number[];
  readonly #shares: number[];
  readonly #started = performance.now();
  /** Work that had been kept, or was in a checkpoint: it took no time. */
  #found = 0;

  /** @param works of each piece, in one unit */
  constructor(hooks: ProgressHooks<Stage>, works: readonly number[]) {
    this.#hooks = hooks;
    this.#works = works;
    this.#shares = works.map(() => 0);
  }

  /** Begins piece `index`. @throws UserError 'cancelled' when aborted */
  of(stage: Stage, index: number, what: string): Report {
    let told = false;
    const tell = (share: number): void => {
      if (!told) this.#found += share * (this.#works[index] ?? 0);
      told = true;
      this.#shares[index] = share;
      this.#tell(stage, what);
    };
    stopWhenAborted(this.#hooks);
    return {
      tell: (share) => {
        stopWhenAborted(this.#hooks);
        tell(share);
      },
      finish: () => tell(1),
    };
  }

  #tell(stage: Stage, what: string): void {
    const total = this.#works.reduce((sum, work) => sum + work, 0);
    const done = this.#works.reduce((sum, work, i) => sum + work * (this.#shares[i] ?? 0), 0);
    const seconds = (performance.now() - this.#started) / 1000;
    const own = done - this.#found;
    const secondsLeft = own > 0 ? (seconds * (total - done)) / own : null;
    this.#hooks.onProgress?.({ stage, done, total, secondsLeft, what });
  }
}

/** @throws UserError 'cancelled' */
export function stopWhenAborted({ signal }: { signal?: AbortSignal }): void {
  if (signal?.aborted !== true) return;
  throw new UserError('cancelled', 'The evaluation was cancelled.', 'Start it again when you like.');
}
