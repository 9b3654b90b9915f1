import { calledOff } from './calledOff.ts';

interface Waiting {
  alone: boolean;
  enter: () => void;
}

interface Turn {
  /** Goes before those that are not. */
  urgent: boolean;
  /** Beside no other: it begins when all that run have ended, and none begins before it has. */
  alone: boolean;
  /** Ends the waiting; work that has begun is its own to end. */
  signal?: AbortSignal;
}

/** Lets a few works run at a time, in the order in which they come; urgent ones go before the others. */
export class Turns {
  readonly #limit: () => number;
  readonly #urgent: Waiting[] = [];
  readonly #patient: Waiting[] = [];
  #running = 0;
  #alone = false;

  /** @param limit how many may run at a time, at least one */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** Does `work` when it is its turn. @throws UserError 'cancelled' when it is called off before that */
  async take<T>({ urgent, alone, signal }: Turn, work: () => Promise<T>): Promise<T> {
    await this.#wait(urgent ? this.#urgent : this.#patient, alone, signal);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#alone = false;
      this.#admit();
    }
  }

  async #wait(line: Waiting[], alone: boolean, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) throw calledOff();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiting = { alone, enter: () => resolve(undefined) };
    const leave = (): void => {
      const place = line.indexOf(waiting);
      if (place < 0) return;
      line.splice(place, 1);
      reject(calledOff());
      // Others may have waited for this one.
      this.#admit();
    };
    signal?.addEventListener('abort', leave, { once: true });
    line.push(waiting);
    this.#admit();
    await promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  #admit(): void {
    for (;;) {
      const line = this.#urgent.length > 0 ? this.#urgent : this.#patient;
      // Nobody overtakes the first in line: so one that has to be alone gets its turn however many others come.
      const [next] = line;
      if (next === undefined || this.#alone || this.#running >= (next.alone ? 1 : this.#limit())) return;
      line.shift();
      this.#running++;
      this.#alone = next.alone;
      next.enter();
    }
  }
}
