/** How a picture has come. What could not be had is asked for again as soon as the wish is another one. */
export class Picture {
  #shown = $state(false);
  /** The wish that failed. */
  #failed = $state<string | null>(null);

  /** How it stands when `wish` is wanted; an older picture stays until the newer one has come. */
  of(wish: string): 'loading' | 'shown' | 'broken' {
    return this.#failed === wish ? 'broken' : this.#shown ? 'shown' : 'loading';
  }

  loaded(): void {
    this.#shown = true;
    this.#failed = null;
  }

  failed(wish: string): void {
    this.#shown = false;
    this.#failed = wish;
  }
}
