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
import type { ExecutionProvider } from './provider.ts';
import { openLine, type SessionLine } from './sessionLine.ts';
import { trace } from './trace.ts';
import type { SessionData, WorkerReply } from './workerMessages.ts';

export interface OnnxOptions {
  /** Threads of ONNX Runtime's pool, at least 1. */
  threads: number;
  /** What computes; `cpu` unless told. */
  provider?: ExecutionProvider;
}

/**
 * ONNX Runtime behind the `Runtime` interface: a function and its gradient become one ONNX graph, run in a worker
 * of its own. Errors of a session are `UserError`s with code 'runtime'.
 */
export function openOnnxRuntime({ threads, provider = 'cpu' }: OnnxOptions): Runtime {
  const open = new Set<Session>();
  return {
    name: `onnx/${provider}`,
    async compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction> {
      const session = new Session({ model: lower(trace(fn, inputs)), inputs, provider, threads });
      open.add(session);
      await session.ready.catch((thrown: unknown) => {
        open.delete(session);
        session.close().catch(() => undefined);
        throw thrown;
      });
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

interface Waiting {
  resolve: (outputs: Arrays) => void;
  reject: (error: Error) => void;
}

/** One session, in a worker of its own. */
class Session {
  readonly ready: Promise<undefined>;
  readonly #line: SessionLine;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  /** Why nothing can be run any more. */
  #over: string | null = null;

  constructor(data: SessionData) {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.ready = promise;
    // A rejection is reported by whoever awaits `ready`.
    this.ready.catch(() => undefined);
    this.#line = openLine(data.provider, {
      onReply: (reply) => {
        if (reply.kind === 'ready') resolve(undefined);
        else if (reply.kind === 'failed' && reply.id === 0) reject(runtimeError(reply.message));
        else this.#settle(reply);
      },
      onLost: (reason) => {
        this.#over = reason;
        reject(runtimeError(reason));
        this.#rejectAll(reason);
      },
    });
    this.#line.send({ kind: 'start', data });
  }

  run(inputs: Arrays): Promise<Arrays> {
    if (this.#over !== null) return Promise.reject(runtimeError(this.#over));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#line.send({ kind: 'run', id, inputs });
    });
  }

  async close(): Promise<void> {
    this.#over ??= 'it has been closed';
    this.#rejectAll(this.#over);
    await this.#line.end();
  }

  #rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(runtimeError(reason));
    this.#waiting.clear();
  }

  #settle(reply: Exclude<WorkerReply, { kind: 'ready' }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === 'done') waiting?.resolve(reply.outputs);
    else waiting?.reject(runtimeError(reply.message));
  }
}

/** ONNX Runtime begins with a place in its own sources and the condition that was not met there. */
const PLACE = /^\S+\.(cc|h):\d+ .* was false\. /;

/** What ONNX Runtime says where a device is simply not there. */
const MISSING: readonly [RegExp, string][] = [
  [/Failed to get a WebGPU adapter/, 'No graphics card was found that WebGPU can use.'],
  [/_Cuda: Failed to load shared library/, 'The libraries of CUDA are not installed.'],
];

function runtimeError(reason: string): UserError {
  const missing = MISSING.find(([pattern]) => pattern.test(reason))?.[1];
  return new UserError(
    'runtime',
    missing ?? `The computation could not be run by ONNX Runtime: ${reason.replace(PLACE, '').replace(/\.?\s*$/, '.')}`,
    'Choose another way of computing in Settings → Processing (or with --runtime); tfjs-cpu is slow but needs nothing.',
  );
}
