import type { EventName, Events } from './ipc/contract.ts';

/** Tells the window something unasked; the rooms get it handed in, so that tests can listen. */
export type Emit = <E extends EventName>(event: E, payload: Events[E]) => void;

/**
 * `act`, at most once in `ms`: at once when it has been quiet, and once more at the end of a busy spell, so that the
 * last state is always told.
 */
export function throttle(act: () => void, ms: number): { (): void; cancel(): void } {
  let timer: NodeJS.Timeout | null = null;
  let again = false;
  function expire(): void {
    timer = null;
    if (again) throttled();
  }
  function throttled(): void {
    if (timer !== null) {
      again = true;
      return;
    }
    again = false;
    timer = setTimeout(expire, ms);
    act();
  }
  throttled.cancel = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    again = false;
  };
  return throttled;
}
