interface Waiting {
  alone: boolean;
  enter: () => void;
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

  /**
   * Does `work` when it is its turn.
   * @param alone beside no other: it begins when all that run have ended, and none begins before it has
   */
  async take<T>({ urgent, alone }: { urgent: boolean; alone: boolean }, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      (urgent ? this.#urgent : this.#patient).push({ alone, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#running--;
      this.#alone = false;
      this.#admit();
    }
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
