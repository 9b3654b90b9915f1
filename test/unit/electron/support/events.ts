import type { Emit } from '../../../../electron/events.ts';
import type { EventName, Events } from '../../../../electron/ipc/contract.ts';

/** Keeps what the rooms tell the window. */
export class EventLog {
  readonly #events: { [E in EventName]: Events[E][] } = {
    'library.importChanged': [],
    'albums.changed': [],
    'photos.changed': [],
    'photos.allChanged': [],
    'jobs.changed': [],
    'protectionTest.changed': [],
    'export.changed': [],
    'settings.changed': [],
    'runtimes.changed': [],
    'app.notice': [],
  };

  readonly #listeners = new Map<EventName, () => void>();

  readonly emit: Emit = (event, payload) => {
    this.#events[event].push(payload);
    this.#listeners.get(event)?.();
  };

  /** Calls `listener` at each such event from now on, instead of an earlier one. */
  listen(event: EventName, listener: () => void): void {
    this.#listeners.set(event, listener);
  }

  all<E extends EventName>(event: E): readonly Events[E][] {
    return this.#events[event];
  }

  last<E extends EventName>(event: E): Events[E] | undefined {
    return this.#events[event].at(-1);
  }
}
