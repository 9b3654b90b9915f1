import { fromFailure } from '../../engine/errors.ts';
import { fromHost, type Calls, type CallTypes, type ToHost } from './messages.ts';
import type { HostProcess, StartHost } from './process.ts';

/** The host ended before it answered. The next call starts a new one. */
export class HostStopped extends Error {
  constructor(name: string) {
    super(`${name} stopped before it answered`);
    this.name = 'HostStopped';
  }
}

interface Pending {
  resolve(output: unknown): void;
  reject(reason: unknown): void;
  progress(value: unknown): void;
}

export interface HostOptions {
  /** Milliseconds without a call after which the process is ended, to give back its memory; without it, it stays. */
  restAfter?: number;
}

/** The main process's end of a host: starts it at the first call, and again after it has died or was let go. */
export class HostClient<T extends CallTypes> {
  readonly #name: string;
  readonly #calls: Calls<T>;
  readonly #start: StartHost;
  readonly #options: HostOptions;
  readonly #pending = new Map<number, Pending>();
  #process: HostProcess | null = null;
  #lastId = 0;
  #rest: NodeJS.Timeout | null = null;

  /** @param name is used in messages to developers only. */
  constructor(name: string, calls: Calls<T>, start: StartHost, options: HostOptions = {}) {
    this.#name = name;
    this.#calls = calls;
    this.#start = start;
    this.#options = options;
  }

  /**
   * Calls the host.
   * @throws UserError what the host threw; HostStopped when it died.
   */
  async call<M extends keyof T & string>(
    method: M,
    input: T[M]['input'],
    hooks: { onProgress?: (progress: T[M]['progress']) => void; signal?: AbortSignal } = {},
  ): Promise<T[M]['output']> {
    const schema: Calls<T>[M] = this.#calls[method];
    this.#stayAwake();
    const process = this.#started();
    const id = ++this.#lastId;
    const abort = (): void => {
      process.send({ kind: 'abort', id } satisfies ToHost);
    };
    const output = await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, {
        resolve,
        reject,
        progress: (value) => hooks.onProgress?.(schema.progress.parse(value)),
      });
      process.send({ kind: 'call', id, method, input } satisfies ToHost);
      if (hooks.signal?.aborted === true) abort();
      else hooks.signal?.addEventListener('abort', abort, { once: true });
    }).finally(() => {
      hooks.signal?.removeEventListener('abort', abort);
      if (this.#pending.size === 0) this.#restLater();
    });
    return schema.output.parse(output);
  }

  /** Ends the host. Calls that are under way fail with HostStopped. */
  stop(): void {
    this.#stayAwake();
    this.#process?.kill();
  }

  #stayAwake(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = null;
  }

  #restLater(): void {
    const { restAfter } = this.#options;
    // One clock at most, which the next call stops.
    this.#stayAwake();
    if (restAfter === undefined || this.#process === null) return;
    this.#rest = setTimeout(() => {
      const process = this.#process;
      // Forgotten before it has ended: a call that comes now starts another.
      this.#process = null;
      process?.kill();
    }, restAfter);
    this.#rest.unref();
  }

  #started(): HostProcess {
    if (this.#process !== null) return this.#process;
    const process = this.#start();
    this.#process = process;
    process.onMessage((message) => {
      const told = fromHost.parse(message);
      const pending = this.#pending.get(told.id);
      if (pending === undefined) return;
      if (told.kind === 'progress') {
        pending.progress(told.progress);
        return;
      }
      this.#pending.delete(told.id);
      if (told.kind === 'done') pending.resolve(told.output);
      else pending.reject(fromFailure(told.failure));
    });
    process.onExit(() => {
      if (this.#process !== process) return;
      this.#process = null;
      const cut = [...this.#pending.values()];
      this.#pending.clear();
      for (const pending of cut) pending.reject(new HostStopped(this.#name));
    });
    return process;
  }
}
