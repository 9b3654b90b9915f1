/**
 * Owns one ONNX Runtime session, in a worker thread or a process of its own. `InferenceSession.run` blocks the thread
 * that calls it, so it is never called on a thread that has to answer.
 */
import { parentPort } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import type { SessionData, WorkerReply, WorkerRequest } from './workerMessages.ts';

let session: ort.InferenceSession | null = null;
let inputs: SessionData['inputs'] = [];

function answer(reply: WorkerReply): void {
  if (parentPort) parentPort.postMessage(reply);
  else process.send?.(reply);
}

async function start(data: SessionData): Promise<void> {
  ({ inputs } = data);
  session = await ort.InferenceSession.create(data.model, {
    executionProviders: [data.provider],
    intraOpNumThreads: data.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  answer({ kind: 'ready' });
}

async function run({ id, inputs: arrays }: Extract<WorkerRequest, { kind: 'run' }>): Promise<void> {
  if (!session) throw new Error('the session has not been made');
  const feeds: Record<string, ort.Tensor> = {};
  for (const { name, shape } of inputs) {
    const data = arrays[name];
    if (data) feeds[name] = new ort.Tensor('float32', data, [...shape]);
  }
  const results = await session.run(feeds);
  const outputs: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(results)) outputs[name] = tensor.data as Float32Array;
  answer({ kind: 'done', id, outputs });
}

async function end(): Promise<void> {
  await session?.release();
  if (parentPort) parentPort.close();
  else process.disconnect();
}

let line: Promise<void> = Promise.resolve();

/** One request after the other; a failure is the request's and not the worker's. */
function take(request: WorkerRequest): void {
  line = line
    .then(() => (request.kind === 'start' ? start(request.data) : request.kind === 'run' ? run(request) : end()))
    .catch((error: unknown) => {
      const id = request.kind === 'run' ? request.id : 0;
      answer({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    });
}

if (parentPort) parentPort.on('message', take);
else {
  process.on('message', take);
  // Ctrl-C is for the program, which ends this process when it is done: until then it has not failed.
  process.on('SIGINT', () => undefined);
  // Nobody waits for the results any more.
  process.on('disconnect', () => process.exit());
}
