/** Photos that the estimate looks back on. */
const WINDOW = 15;

/** How long a job still takes, from the median of its last photos: one huge photo does not upset it. */
export class TimeLeft {
  #recent: number[];

  /** @param recent seconds of the photos before, newest first. */
  constructor(recent: readonly number[]) {
    this.#recent = recent.slice(0, WINDOW);
  }

  static readonly window = WINDOW;

  add(seconds: number): void {
    this.#recent = [seconds, ...this.#recent].slice(0, WINDOW);
  }

  /**
   * Seconds for `photosLeft` photos; null before the first photo is done.
   * @param begun what is done of those under way, in photos: two that are half done are one
   */
  estimate(photosLeft: number, begun: number): number | null {
    if (this.#recent.length === 0) return null;
    const sorted = this.#recent.toSorted((a, b) => a - b);
    const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0;
    return Math.max(0, photosLeft - begun) * ((low + high) / 2);
  }
}
