import { utilityProcess } from 'electron';
import type { StartHost } from './process.ts';

/** Starts `script` as an Electron utility process; `name` is what the system's process list calls it. */
export function forkUtility(script: string, name: string): StartHost {
  return () => {
    const child = utilityProcess.fork(script, [], { serviceName: name, stdio: 'inherit' });
    return {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.once('exit', listener),
      kill: () => child.kill(),
    };
  };
}
