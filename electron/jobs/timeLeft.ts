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
   * Seconds for `photosLeft` photos, of which the one under way is `fraction` (0 to 1) done; null before the first
   * photo is done.
   */
  estimate(photosLeft: number, fraction: number): number | null {
    if (this.#recent.length === 0) return null;
    const sorted = this.#recent.toSorted((a, b) => a - b);
    const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0;
    return Math.max(0, photosLeft - fraction) * ((low + high) / 2);
  }
}
