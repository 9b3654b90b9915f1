import { fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { StartHost } from '../../../../electron/hosts/process.ts';

/** The built host `name` (`engineHost`, `photoHost`) as a plain Node process. */
export function forkNode(name: string, onStart: (pid: number) => void = () => undefined): StartHost {
  return () => {
    const child = fork(join(import.meta.dirname, 'hostShim.ts'), [resolve('out/main', `${name}.js`)], {
      serialization: 'advanced',
      execArgv: [],
    });
    if (child.pid !== undefined) onStart(child.pid);
    return {
      send: (message) => {
        if (child.connected) child.send(message instanceof Object ? message : {});
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.once('exit', listener),
      kill: () => child.kill('SIGKILL'),
    };
  };
}
