import { utilityProcess } from 'electron';
import type { HostPriority } from './priority.ts';
import type { StartHost } from './process.ts';

/**
 * Starts `script` as an Electron utility process; `name` is what the system's process list calls it.
 * @param priority keeps it at the priority that the user wants
 */
export function forkUtility(script: string, name: string, priority?: HostPriority): StartHost {
  return () => {
    const child = utilityProcess.fork(script, [], { serviceName: name, stdio: 'inherit' });
    child.once('spawn', () => {
      const { pid } = child;
      if (pid === undefined || priority === undefined) return;
      priority.started(pid);
      child.once('exit', () => priority.ended(pid));
    });
    return {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.once('exit', listener),
      kill: () => child.kill(),
    };
  };
}
