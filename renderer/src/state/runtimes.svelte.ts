/** What is known of every way of computing on this computer. */
import type { RuntimeTable } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { notices } from './notices.svelte.ts';

class RuntimesState {
  table = $state.raw<RuntimeTable | null>(null);
  /** Requests under way that may have to try everything first. */
  #waiting = $state(0);
  readonly isWaiting = $derived(this.#waiting > 0);

  /** Reads what is known; where nothing is, that takes as long as the trials. */
  load(): Promise<boolean> {
    return this.#ask('runtimes.table');
  }

  /** Tries everything again, between two photos. */
  measure(): Promise<boolean> {
    return this.#ask('runtimes.measure');
  }

  async #ask(channel: 'runtimes.table' | 'runtimes.measure'): Promise<boolean> {
    this.#waiting += 1;
    try {
      return await notices.attempt(async () => (this.table = await request(channel)));
    } finally {
      this.#waiting -= 1;
    }
  }
}

export const runtimes = new RuntimesState();
