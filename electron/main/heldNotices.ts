import type { Events } from '../ipc/contract.ts';

type Notice = Events['app.notice'];

/** Notices for the window, held back while there is no page that could show them. */
export class HeldNotices {
  readonly #show: (notice: Notice) => void;
  #held: Notice[] = [];
  #hasPage = false;

  /** @param show tells the page */
  constructor(show: (notice: Notice) => void) {
    this.#show = show;
  }

  /** Shows the notice, or holds it; what is said again and again is held once. */
  tell(notice: Notice): void {
    if (this.#hasPage) {
      this.#show(notice);
      return;
    }
    this.#held = [...this.#held.filter(({ sentence }) => sentence !== notice.sentence), notice];
  }

  /** A page listens now, and gets what was held. */
  pageOpened(): void {
    this.#hasPage = true;
    for (const notice of this.#held.splice(0)) this.#show(notice);
  }

  /** No page listens any more. */
  pageClosed(): void {
    this.#hasPage = false;
  }

  /** What no page has shown yet. */
  sentences(): string[] {
    return this.#held.map(({ sentence }) => sentence);
  }
}
