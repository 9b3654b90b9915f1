/**
 * Short messages at the edge of the window. Errors stay until they are dismissed, and so does what has a topic, until
 * another one of its topic comes; the others leave by themselves.
 */
import { attempt, failureOf, sentenceOf } from '../lib/api.ts';

export type NoticeKind = 'info' | 'success' | 'warning' | 'error';

export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly sentence: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
  /** Of what cannot be undone anywhere else: the newest of a topic must not get lost. */
  readonly topic: string | null;
}

const STAY = 6_000;
const STAY_WITH_ACTION = 12_000;
const MOST = 4;

class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  tell(kind: NoticeKind, sentence: string, action: Notice['action'] = null, topic: string | null = null): void {
    const notice = { id: this.#next, kind, sentence, action, topic };
    this.#next += 1;
    const isReplaced = (other: Notice) =>
      topic === null ? other.kind === kind && other.sentence === sentence : other.topic === topic;
    for (const { id } of this.list.filter(isReplaced)) this.dismiss(id);
    this.list = [...this.list, notice];
    const passing = this.list.filter((other) => other.topic === null);
    for (const { id } of passing.slice(0, Math.max(0, this.list.length - MOST))) this.dismiss(id);
    this.resume(notice);
  }

  /** Says what went wrong and what to do about it. */
  fail(thrown: unknown): void {
    const failure = failureOf(thrown);
    if (failure.code !== 'cancelled') this.tell('error', sentenceOf(failure));
  }

  /** Runs `work` and tells when it fails; for handlers that have nobody to throw to. */
  attempt(work: () => Promise<unknown>): Promise<boolean> {
    return attempt(work, (thrown) => this.fail(thrown));
  }

  dismiss(id: number): void {
    this.pause(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Stops the clock while a notice is pointed at or focused, so that nobody has to hurry. */
  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(notice: Notice): void {
    if (notice.kind === 'error' || notice.topic !== null) return;
    this.pause(notice.id);
    const stay = notice.action === null ? STAY : STAY_WITH_ACTION;
    this.#timers.set(
      notice.id,
      setTimeout(() => this.dismiss(notice.id), stay),
    );
  }
}

export const notices = new Notices();
