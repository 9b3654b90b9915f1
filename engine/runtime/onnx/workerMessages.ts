import type { TensorSpec } from '../runtime.ts';
import type { ExecutionProvider } from './provider.ts';

/** What a session is made of. */
export interface SessionData {
  model: Uint8Array;
  inputs: readonly TensorSpec[];
  provider: ExecutionProvider;
  threads: number;
}

export type WorkerRequest =
  /** The first, and only once. */
  | { kind: 'start'; data: SessionData }
  | { kind: 'run'; id: number; inputs: Record<string, Float32Array> }
  /** The last: after what is under way the worker ends by itself. */
  | { kind: 'end' };

export type WorkerReply =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; outputs: Record<string, Float32Array> }
  /** Of the run `id`; 0 means that the session could not be made. */
  | { kind: 'failed'; id: number; message: string };
