import { constants, setPriority } from 'node:os';
import type { Settings } from '../ipc/contract.ts';

const LEVELS: Readonly<Record<Settings['priority'], number>> = {
  normal: constants.priority.PRIORITY_NORMAL,
  low: constants.priority.PRIORITY_BELOW_NORMAL,
};

/** Keeps child processes at the priority that the user wants, so that other programs can go first. */
export class HostPriority {
  readonly #processes = new Set<number>();
  readonly #set: (processId: number, level: number) => void;
  #wanted: Settings['priority'] = 'normal';

  /** @param set how the system is told */
  constructor(set: (processId: number, level: number) => void = setPriority) {
    this.#set = set;
  }

  /** Counts at once, and for processes that start later. */
  want(priority: Settings['priority']): void {
    if (priority === this.#wanted) return;
    this.#wanted = priority;
    for (const processId of this.#processes) this.#apply(processId);
  }

  started(processId: number): void {
    this.#processes.add(processId);
    if (this.#wanted !== 'normal') this.#apply(processId);
  }

  ended(processId: number): void {
    this.#processes.delete(processId);
  }

  #apply(processId: number): void {
    try {
      this.#set(processId, LEVELS[this.#wanted]);
    } catch {
      // Linux lets a program lower a priority, but not raise it again: then it counts from the next start on.
    }
  }
}
