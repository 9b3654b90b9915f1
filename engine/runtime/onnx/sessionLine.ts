import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { workerFile } from '../../files/index.ts';
import type { ExecutionProvider } from './provider.ts';
import type { WorkerReply, WorkerRequest } from './workerMessages.ts';

/** The line to a session's worker, whatever kind of worker it is. */
export interface SessionLine {
  send(request: WorkerRequest): void;
  /**
   * Ends the worker: at once where that is safe, else when what is under way has been computed, which in a worker
   * that hangs is never. Resolves when it has ended.
   */
  end(): Promise<void>;
}

export interface LineHooks {
  onReply: (reply: WorkerReply) => void;
  /** The worker has ended by itself. */
  onLost: (reason: string) => void;
}

/**
 * Opens a worker for a session. The processor's is a thread. A device's is a process wherever we can start one: its
 * driver may crash or hang, and only a process can be ended whatever it does. Inside Electron there are none to be
 * had, and there the whole engine is a process that the program ends or starts again.
 */
export function openLine(provider: ExecutionProvider, hooks: LineHooks): SessionLine {
  return provider === 'cpu' || 'electron' in process.versions ? openThread(hooks) : openProcess(hooks);
}

const sessionWorker = (): URL => workerFile(import.meta.url, 'sessionWorker');

function openThread({ onReply, onLost }: LineHooks): SessionLine {
  const worker = new Worker(sessionWorker());
  let ending = false;
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      if (!ending) onLost('its thread ended');
      resolve();
    });
  });
  worker.on('message', onReply);
  worker.on('error', (error) => onLost(error instanceof Error ? error.message : String(error)));
  return {
    send: (request) => worker.postMessage(request),
    end: () => {
      // Not `terminate`: ONNX Runtime aborts the whole process when its thread is stopped in the middle of a run.
      if (!ending) worker.postMessage({ kind: 'end' } satisfies WorkerRequest);
      ending = true;
      return ended;
    },
  };
}

function openProcess({ onReply, onLost }: LineHooks): SessionLine {
  const child = fork(fileURLToPath(sessionWorker()), [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let ending = false;
  const ended = new Promise<void>((resolve) => {
    const settle = (reason: string): void => {
      if (!ending) onLost(reason);
      resolve();
    };
    child.once('exit', () => settle('its process ended'));
    child.once('error', (error) => settle(error.message));
  });
  child.on('message', (message) => onReply(message as WorkerReply));
  return {
    send: (request) => {
      if (child.connected) child.send(request);
    },
    end: () => {
      ending = true;
      child.kill('SIGKILL');
      return ended;
    },
  };
}
