import { afterRunning } from './runningTime.ts';
import { trialReply, type TrialReply, type TrialRequest } from './trialMessages.ts';

/** A process that answers {@link TrialRequest}s; whoever starts it decides what kind of process it is. */
export interface TrialProcess {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however the process ended. */
  onExit(listener: () => void): void;
  /** Ends it whatever it is doing. */
  kill(): void;
}
export type StartTrial = () => TrialProcess;

/** Why a trial came to nothing. */
export class TrialFailed extends Error {
  readonly state: 'failed' | 'hung';
  constructor(state: 'failed' | 'hung', reason: string) {
    super(reason);
    this.name = 'TrialFailed';
    this.state = state;
  }
}

interface Pending {
  resolve: (reply: TrialReply) => void;
  reject: (error: TrialFailed) => void;
}

/** One candidate on trial, in a process of its own: what hangs or crashes there stays there. */
export class Trial {
  readonly #process: TrialProcess;
  #pending: Pending | null = null;
  #over = false;

  constructor(start: StartTrial) {
    this.#process = start();
    this.#process.onMessage((message) => {
      const parsed = trialReply.safeParse(message);
      const pending = this.#take();
      if (!parsed.success) pending?.reject(new TrialFailed('failed', 'It answered something else than it was asked.'));
      else if (parsed.data.kind === 'failed') pending?.reject(new TrialFailed('failed', parsed.data.reason));
      else pending?.resolve(parsed.data);
    });
    this.#process.onExit(() => {
      this.#over = true;
      this.#take()?.reject(new TrialFailed('failed', 'It ended the process that tried it.'));
    });
  }

  /**
   * Asks and waits for the answer, but no longer than `limitMs`: then the process is ended.
   * @throws TrialFailed
   */
  async ask<K extends Exclude<TrialReply['kind'], 'failed'>>(
    request: TrialRequest,
    expected: K,
    limitMs: number,
  ): Promise<Extract<TrialReply, { kind: K }>> {
    if (this.#over) throw new TrialFailed('failed', 'It ended the process that tried it.');
    let callOff = (): void => undefined;
    try {
      const reply = await new Promise<TrialReply>((resolve, reject) => {
        this.#pending = { resolve, reject };
        callOff = afterRunning(limitMs, () => {
          this.end();
          reject(new TrialFailed('hung', `It did not answer within ${Math.ceil(limitMs / 1000)} seconds.`));
        });
        this.#process.send(request);
      });
      if (!isKind(reply, expected)) throw new TrialFailed('failed', 'It answered something else than it was asked.');
      return reply;
    } finally {
      callOff();
      this.#pending = null;
    }
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#process.kill();
  }

  #take(): Pending | null {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }
}

function isKind<K extends TrialReply['kind']>(reply: TrialReply, kind: K): reply is Extract<TrialReply, { kind: K }> {
  return reply.kind === kind;
}
