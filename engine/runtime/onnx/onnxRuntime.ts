import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors.ts';
import {
  checkInputs,
  type Arrays,
  type CompiledFunction,
  type Runtime,
  type TensorFunction,
  type TensorSpec,
} from '../runtime.ts';
import { lower } from './lower.ts';
import { trace } from './trace.ts';
import type { WorkerData, WorkerReply, WorkerRequest } from './workerMessages.ts';

export interface OnnxOptions {
  /** Threads of ONNX Runtime's pool, at least 1. */
  threads: number;
  provider?: 'cpu' | 'webgpu';
}

/**
 * ONNX Runtime behind the `Runtime` interface: a function and its gradient become one ONNX graph, run in a worker
 * thread of its own. Errors of a session are `UserError`s with code 'runtime'.
 */
export function openOnnxRuntime({ threads, provider = 'cpu' }: OnnxOptions): Runtime {
  const open = new Set<SessionThread>();
  return {
    name: `onnx/${provider}`,
    async compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction> {
      const session = new SessionThread({ model: lower(trace(fn, inputs)), inputs, provider, threads });
      open.add(session);
      await session.ready;
      return {
        run: (arrays: Arrays): Promise<Arrays> => {
          checkInputs(inputs, arrays);
          return session.run(arrays);
        },
        dispose: async (): Promise<void> => {
          open.delete(session);
          await session.close();
        },
      };
    },
    close: async (): Promise<void> => {
      await Promise.all([...open].map((session) => session.close()));
      open.clear();
    },
  };
}

/** The worker's file: TypeScript in the source tree, JavaScript beside the bundle. */
function workerFile(): URL {
  const source = new URL('./sessionWorker.ts', import.meta.url);
  return existsSync(source) ? source : new URL('./sessionWorker.js', import.meta.url);
}

interface Waiting {
  resolve: (outputs: Arrays) => void;
  reject: (error: Error) => void;
}

class SessionThread {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #closed = false;

  constructor(data: WorkerData) {
    this.#worker = new Worker(workerFile(), { workerData: data });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'ready') resolve();
        else if (reply.kind === 'failed' && reply.id === 0) reject(runtimeError(reply.message));
        else this.#settle(reply);
      });
      const lost = (reason: string): void => {
        reject(runtimeError(reason));
        for (const { reject: rejectRun } of this.#waiting.values()) rejectRun(runtimeError(reason));
        this.#waiting.clear();
      };
      this.#worker.on('error', (error) => lost(error instanceof Error ? error.message : String(error)));
      this.#worker.on('exit', () => {
        if (!this.#closed) lost('its thread ended');
      });
    });
    // A rejection is reported by whoever awaits `ready`.
    this.ready.catch(() => undefined);
  }

  run(inputs: Arrays): Promise<Arrays> {
    if (this.#closed) return Promise.reject(runtimeError('it has been closed'));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, inputs } satisfies WorkerRequest);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(runtimeError('it has been closed'));
    this.#waiting.clear();
    await this.#worker.terminate();
  }

  #settle(reply: Exclude<WorkerReply, { kind: 'ready' }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === 'done') waiting?.resolve(reply.outputs);
    else waiting?.reject(runtimeError(reply.message));
  }
}

function runtimeError(reason: string): UserError {
  return new UserError(
    'runtime',
    `The computation could not be run by ONNX Runtime: ${reason.replace(/\.?\s*$/, '.')}`,
    'Choose another runtime in Settings → Processing (or --runtime tfjs-cpu), which is slower but needs nothing.',
  );
}
