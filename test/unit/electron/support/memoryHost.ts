import { setImmediate } from 'node:timers/promises';
import type { Calls, CallTypes } from '../../../../electron/hosts/messages.ts';
import type { StartHost } from '../../../../electron/hosts/process.ts';
import { serve, type Implementation } from '../../../../electron/hosts/serve.ts';

/** A host in this process: the same messages as a real one, structured-cloned, one turn of the event loop apart. */
export interface MemoryHost {
  start: StartHost;
  /** How often it was started. */
  starts(): number;
  /** Ends it as kill -9 would: nothing that it does afterwards is heard. */
  kill(): void;
}

/** @param implement is called at each start: a new process remembers nothing of the one before. */
export function memoryHost<T extends CallTypes>(calls: Calls<T>, implement: () => Implementation<T>): MemoryHost {
  let starts = 0;
  let killCurrent = (): void => undefined;
  const start: StartHost = () => {
    starts++;
    let isAlive = true;
    let tellParent: (message: unknown) => void = () => undefined;
    let tellChild: (message: unknown) => void = () => undefined;
    let tellExit = (): void => undefined;
    const later = (message: unknown, listener: () => (message: unknown) => void): void => {
      const cloned: unknown = structuredClone(message);
      void setImmediate().then(() => {
        if (isAlive) listener()(cloned);
      });
    };
    serve(
      {
        send: (message) => later(message, () => tellParent),
        onMessage: (listener) => (tellChild = listener),
      },
      calls,
      implement(),
    );
    const kill = (): void => {
      if (!isAlive) return;
      isAlive = false;
      void setImmediate().then(() => tellExit());
    };
    killCurrent = kill;
    return {
      send: (message) => later(message, () => tellChild),
      onMessage: (listener) => (tellParent = listener),
      onExit: (listener) => (tellExit = listener),
      kill,
    };
  };
  return { start, starts: () => starts, kill: () => killCurrent() };
}
