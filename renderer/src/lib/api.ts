/**
 * The renderer's only door to the main process. Failures arrive as values and leave here as thrown
 * {@link RequestFailure}s, so that a caller that does not care cannot overlook one.
 */
import type { Channel, EventName, Events, Failure, Input, Outputs } from '../../../electron/ipc/contract.ts';

/** A request that was answered with a failure; `failure` holds the sentences for the user. */
export class RequestFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(sentenceOf(failure));
    this.name = 'RequestFailure';
    this.failure = failure;
  }
}

/** What happened and what to do, for the user. */
export const sentenceOf = ({ problem, remedy }: Failure): string => `${problem} ${remedy}`;

/** Runs `work`; true when it went well, else `fail` is told what was thrown. */
export async function attempt(work: () => Promise<unknown>, fail: (thrown: unknown) => void): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    fail(thrown);
    return false;
  }
}

/**
 * Asks the main process.
 * @throws RequestFailure when the answer is a failure.
 */
export async function request<C extends Channel>(
  channel: C,
  ...input: Input<C> extends undefined ? [] : [Input<C>]
): Promise<Outputs[C]> {
  const reply = await window.stillgrain.request(channel, ...input);
  if (!reply.ok) throw new RequestFailure(reply.failure);
  return reply.value;
}

/** Calls `listener` for every `event`; returns the function that stops it. */
export function on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
  return window.stillgrain.on(event, listener);
}

/** The paths of files and folders dropped on the window; what has none (a dragged web image) is left out. */
export function pathsOf(files: Iterable<File>): string[] {
  return [...files].map((file) => window.stillgrain.pathOf(file)).filter((path) => path !== '');
}

/** Any thrown thing as sentences for the user. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof RequestFailure) return thrown.failure;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal',
    problem: `Something unexpected went wrong: ${message.replace(/\.?\s*$/, '.')}`,
    remedy: 'Try again; if it happens again, restart Stillgrain.',
    file: null,
  };
}
