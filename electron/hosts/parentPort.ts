import type { HostPort } from './process.ts';

/** The line to the main process, in an Electron utility process. */
export function parentPort(): HostPort {
  const port = process.parentPort;
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (event) => listener(event.data)),
  };
}
