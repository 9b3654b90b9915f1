import type { TensorSpec } from '../runtime.ts';

/** What a session worker starts with. */
export interface WorkerData {
  model: Uint8Array;
  inputs: readonly TensorSpec[];
  provider: 'cpu' | 'webgpu';
  threads: number;
}

export interface WorkerRequest {
  id: number;
  inputs: Record<string, Float32Array>;
}

export type WorkerReply =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; outputs: Record<string, Float32Array> }
  /** Of the request `id`; 0 means that the session could not be made. */
  | { kind: 'failed'; id: number; message: string };
