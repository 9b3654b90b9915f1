import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { UserError } from '../errors.ts';

const failed = z.object({ failed: z.string() });

/** How much of what a process complains about is kept. */
const COMPLAINT_CHARACTERS = 2000;

interface Waiting {
  resolve: (line: string) => void;
  reject: (error: UserError) => void;
}

/**
 * Another process that takes part in a benchmark: one JSON request a line on its standard input, one JSON answer a line
 * on its standard output. Between two requests it waits and takes no time from the others.
 */
export class Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  readonly #ended: Promise<void>;
  #waiting: Waiting | null = null;
  #complaint = '';
  #over: UserError | null = null;

  /** @param name what it is, for sentences about its failures */
  constructor(command: string, args: readonly string[], name: string) {
    this.#name = name;
    this.#child = spawn(command, args, {
      stdio: 'pipe',
      // Python would leave its compiled files beside the scripts.
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take()?.resolve(line));
    this.#child.stderr.on('data', (data: Buffer) => {
      this.#complaint = (this.#complaint + data.toString()).slice(-COMPLAINT_CHARACTERS);
    });
    // A request to a process that has gone is answered by its end.
    this.#child.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#over ??= this.#failure(reason);
        this.#take()?.reject(this.#over);
        resolve();
      };
      this.#child.once('error', (error) => end(`${basename(command)}: ${error.message}`));
      this.#child.once('close', () => end(this.#complaint.trim().split('\n').at(-1) ?? ''));
    });
  }

  /** Sends a request and answers the reply. One at a time. @throws UserError 'runtime' when it fails or has gone */
  async ask<T>(request: { kind: string } & Record<string, unknown>, reply: z.ZodType<T>): Promise<T> {
    if (this.#over !== null) throw this.#over;
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    const answer: unknown = JSON.parse(line);
    const failure = failed.safeParse(answer);
    if (failure.success) throw this.#failure(failure.data.failed);
    return reply.parse(answer);
  }

  /** Ends the process and waits until it has gone. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const impatient = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#ended;
    clearTimeout(impatient);
  }

  #take(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  #failure(reason: string): UserError {
    const why = reason === '' ? 'it ended without a word' : reason.replace(/\.?\s*$/, '');
    return new UserError('runtime', `${this.#name} could not be measured: ${why}.`, 'Check that it works by itself.');
  }
}
