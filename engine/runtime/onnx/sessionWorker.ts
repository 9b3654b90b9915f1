/**
 * A worker thread that owns one ONNX Runtime session. `InferenceSession.run` blocks the thread that calls it, so it
 * is never called on a thread that has to answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import type { WorkerData, WorkerReply, WorkerRequest } from './workerMessages.ts';

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('sessionWorker runs as a worker thread only');
  const { model, threads, provider, inputs } = workerData as WorkerData;
  const answer = (reply: WorkerReply, transfer: ArrayBuffer[] = []): void => port.postMessage(reply, transfer);
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (error) {
    answer({ kind: 'failed', id: 0, message: error instanceof Error ? error.message : String(error) });
    return;
  }
  answer({ kind: 'ready' });
  const run = async (request: WorkerRequest): Promise<void> => {
    try {
      const feeds: Record<string, ort.Tensor> = {};
      for (const { name, shape } of inputs) {
        const data = request.inputs[name];
        if (data) feeds[name] = new ort.Tensor('float32', data, [...shape]);
      }
      const results = await session.run(feeds);
      const outputs: Record<string, Float32Array> = {};
      for (const [name, tensor] of Object.entries(results)) outputs[name] = tensor.data as Float32Array;
      answer({ kind: 'done', id: request.id, outputs });
    } catch (error) {
      answer({ kind: 'failed', id: request.id, message: error instanceof Error ? error.message : String(error) });
    }
  };
  port.on('message', (request: WorkerRequest) => void run(request));
}

void main();
