import { toFailure, UserError } from '../../engine/errors.ts';
import { toHost, type Calls, type CallTypes, type FromHost } from './messages.ts';
import type { HostPort } from './process.ts';

export interface CallHooks<P> {
  onProgress: (progress: P) => void;
  signal: AbortSignal;
}

/** What a host does for each of its calls. */
export type Implementation<T extends CallTypes> = {
  [M in keyof T]: (input: T[M]['input'], hooks: CallHooks<T[M]['progress']>) => Promise<T[M]['output']>;
};

/** The host's end: checks each call's input, runs it, answers with its output or a failure in words. */
export function serve<T extends CallTypes>(port: HostPort, calls: Calls<T>, implementation: Implementation<T>): void {
  const running = new Map<number, AbortController>();
  const answer = (message: FromHost): void => port.send(message);

  async function run(id: number, method: keyof T & string, input: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const work = implementation[method];
      const schema = calls[method];
      const output = await work(schema.input.parse(input), {
        onProgress: (progress) => answer({ kind: 'progress', id, progress }),
        signal: controller.signal,
      });
      answer({ kind: 'done', id, output });
    } catch (thrown) {
      // A stack is for developers: it goes to the log, never to the user.
      if (!(thrown instanceof UserError)) console.error(thrown);
      answer({ kind: 'failed', id, failure: toFailure(thrown) });
    } finally {
      running.delete(id);
    }
  }

  port.onMessage((message) => {
    const asked = toHost.parse(message);
    if (asked.kind === 'abort') running.get(asked.id)?.abort();
    else if (isCall(calls, asked.method)) void run(asked.id, asked.method, asked.input);
    else answer({ kind: 'failed', id: asked.id, failure: toFailure(new Error('The host does not know this call.')) });
  });
}

function isCall<T extends CallTypes>(calls: Calls<T>, method: string): method is keyof T & string {
  return Object.hasOwn(calls, method);
}
