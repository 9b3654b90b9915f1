import { Worker } from 'node:worker_threads';
import { fromFailure, UserError } from '../../errors.ts';
import { workerFile } from '../../files/index.ts';
import type { PhotoReply, PhotoRequest, PhotoTaskKind, PhotoTasks } from './messages.ts';

/** What a task gave, and how long it took, waiting aside. */
export interface Done<T> {
  output: T;
  seconds: number;
}

interface Waiting {
  request: PhotoRequest;
  resolve: (done: Done<PhotoTasks[PhotoTaskKind]['output']>) => void;
  reject: (error: Error) => void;
}

/**
 * Decoding, rendering and encoding on threads of their own, so that they overlap with the optimization of other photos
 * and never keep the caller from answering. Each thread takes one task at a time and has a libvips of its own; it is
 * started at its first task, and again after it was lost.
 */
export class PhotoThreads {
  readonly #threads: readonly PhotoThread[];

  /**
   * @param count at least 1
   * @param file what the threads run; tests hand in another
   */
  constructor(count: number, file = workerFile(import.meta.url, 'photoWorker')) {
    this.#threads = Array.from({ length: count }, () => new PhotoThread(file));
  }

  /** Does a task on the thread with the least to do. @throws UserError as the task does, or 'internal' when it takes its thread with it */
  run<K extends PhotoTaskKind>(kind: K, input: PhotoTasks[K]['input']): Promise<Done<PhotoTasks[K]['output']>> {
    const least = this.#threads.reduce((best, each) => (each.waiting < best.waiting ? each : best));
    return least.run(kind, input);
  }

  /** Ends the threads when what they were asked for is done. */
  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

class PhotoThread {
  readonly #file: URL;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #ended: Promise<void> = Promise.resolve();
  #lastId = 0;

  constructor(file: URL) {
    this.#file = file;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  run<K extends PhotoTaskKind>(kind: K, input: PhotoTasks[K]['input']): Promise<Done<PhotoTasks[K]['output']>> {
    const id = ++this.#lastId;
    // The compiler does not see that kind and input belong together.
    const request = { kind, id, input } as PhotoRequest;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { request, resolve, reject });
      this.#post(request);
    });
  }

  async end(): Promise<void> {
    if (this.#worker !== null) this.#post({ kind: 'end' });
    await this.#ended;
  }

  #post(request: PhotoRequest): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    const worker = new Worker(this.#file);
    worker.on('message', (reply: PhotoReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('failure' in reply) waiting?.reject(fromFailure(reply.failure));
      else waiting?.resolve(reply);
    });
    let reason = 'its thread ended';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#worker = null;
        // Only the task under way is to blame; those behind it are asked of the next worker.
        const [under, ...behind] = this.#waiting;
        if (under !== undefined) {
          this.#waiting.delete(under[0]);
          under[1].reject(lost(reason));
        }
        for (const [, { request }] of behind) this.#post(request);
        resolve();
      });
    });
    return worker;
  }
}

const lost = (reason: string): UserError =>
  new UserError(
    'internal',
    `The photo could not be worked on: ${reason.replace(/\.?\s*$/, '.')}`,
    'Close other programs to free memory, then try it again.',
  );
