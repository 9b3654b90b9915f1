/** The way to the program's end: a question when work would be lost, everything put down properly, and perhaps a new start. */
import { inWords } from '../words.ts';

export interface QuittingParts {
  /** Work under way that would end with the program and not go on at the next start, in words. */
  lost: () => readonly string[];
  /** Answers whether to quit all the same. */
  ask: (question: QuitQuestion) => Promise<boolean>;
  /** Puts down what is under way. */
  close: () => Promise<void>;
  /** Makes `before-quit` come again. */
  quit: () => void;
  /** Lets the program be started again when it has ended. */
  relaunch: () => void;
}

export interface QuitQuestion {
  message: string;
  detail: string;
}

export class Quitting {
  readonly #parts: QuittingParts;
  #stage: 'open' | 'asking' | 'closing' | 'closed' = 'open';
  #isForced = false;
  #isWantedAgain = false;

  constructor(parts: QuittingParts) {
    this.#parts = parts;
  }

  /** From here on there is no way back. */
  get isClosing(): boolean {
    return this.#stage === 'closing' || this.#stage === 'closed';
  }

  /** Quits without a question: the system ends, and nobody may be there to answer. */
  force(): void {
    this.#isForced = true;
    this.#parts.quit();
  }

  /** The program is started while it ends: it has to be there again afterwards. */
  wantAgain(): void {
    this.#isWantedAgain = true;
  }

  /** `before-quit` has come: it is held back until everything has been put down. */
  beforeQuit(event: { preventDefault(): void }): void {
    if (this.#stage === 'closed') return;
    event.preventDefault();
    if (this.#stage === 'closing') return;
    const lost = this.#isForced ? [] : this.#parts.lost();
    // Also when the work has ended before the answer.
    if (lost.length === 0) void this.#close();
    else if (this.#stage === 'open') void this.#ask(lost);
  }

  async #ask(lost: readonly string[]): Promise<void> {
    this.#stage = 'asking';
    const isMeant = await this.#parts.ask(questionOf(lost)).catch((thrown: unknown) => {
      // A program that cannot ask can be ended nevertheless.
      console.error(thrown);
      return true;
    });
    // The work has ended meanwhile, and the program with it.
    if (this.isClosing) return;
    if (isMeant) await this.#close();
    else this.#stage = 'open';
  }

  async #close(): Promise<void> {
    this.#stage = 'closing';
    try {
      await this.#parts.close();
    } catch (thrown) {
      console.error(thrown);
    }
    this.#stage = 'closed';
    if (this.#isWantedAgain) this.#parts.relaunch();
    this.#parts.quit();
  }
}

function questionOf(lost: readonly string[]): QuitQuestion {
  return {
    message: `Stillgrain is still ${inWords(lost)}.`,
    detail:
      'Quitting ends that, and it does not go on by itself at the next start. What is done already stays; ' +
      'photos that are being protected go on at the next start.',
  };
}
