import type { OtherWork } from './otherWork.ts';

/** Tells when anything that goes on by itself begins, and when all of it has ended: the machine is kept awake meanwhile. */
export class Busy {
  readonly #tell: (busy: boolean) => void;
  readonly #otherWork: () => readonly OtherWork[];
  readonly #underWay = new Set<OtherWork>();
  #hasJobs = false;
  #told = false;

  constructor(otherWork: () => readonly OtherWork[], tell: (busy: boolean) => void) {
    this.#otherWork = otherWork;
    this.#tell = tell;
  }

  /** The queue begins to work, or has nothing to do any more. */
  jobs(busy: boolean): void {
    this.#hasJobs = busy;
    this.#update();
  }

  /** Other work may have begun; its end is waited for here. */
  look(): void {
    for (const work of this.#otherWork()) {
      if (this.#underWay.has(work) || !work.isRunning()) continue;
      this.#underWay.add(work);
      void this.#ended(work);
    }
    this.#update();
  }

  async #ended(work: OtherWork): Promise<void> {
    // More of it may have come meanwhile. What it has come to is told elsewhere.
    while (work.isRunning()) await work.idle().catch(() => undefined);
    this.#underWay.delete(work);
    this.#update();
  }

  #update(): void {
    const busy = this.#hasJobs || this.#underWay.size > 0;
    if (busy === this.#told) return;
    this.#told = busy;
    this.#tell(busy);
  }
}
