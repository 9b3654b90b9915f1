import { fork } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Runtimes, type PlannedRuntime, type RuntimeChoice, type TrialProcess } from '../auto/index.ts';
import type { Engine } from '../protect/index.ts';
import { say } from './output.ts';

/** Auto for the command line: trials in forked processes, remembered in the user's cache folder. */
export function commandLineRuntimes(generatorFolder: string): Runtimes {
  return new Runtimes({
    startTrial: forkTrial,
    generatorFolder,
    file: join(cacheFolder(), 'runtimes.json'),
    now: () => new Date(),
    onTrials: () => say('Trying what computes fastest on this computer; that is done once.'),
  });
}

/** What to compute with: for `auto` the fastest and what may take its place, else the one that was asked for. */
export function planFor(choice: RuntimeChoice, runtimes: Runtimes, threads: number | null): Promise<PlannedRuntime[]> {
  // Whoever names one wants to know that it was used: nothing takes its place.
  return choice === 'auto' ? runtimes.plan('auto', threads) : Promise.resolve([{ id: choice, seconds: null }]);
}

/** Remembers which runtimes failed at work, so that the next command does not begin with them. */
export async function rememberDropped(runtimes: Runtimes, engine: Engine, threads: number | null): Promise<void> {
  for (const { id, reason } of engine.runtime.dropped) await runtimes.drop(id, reason, threads);
}

/** The trial's script lies beside the bundle that this code is in. */
function forkTrial(): TrialProcess {
  const child = fork(fileURLToPath(new URL('./cliTrialHost.js', import.meta.url)), [], {
    serialization: 'advanced',
    // Libraries print what they miss; the table says it in words.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    send: (message) => {
      if (child.connected && message instanceof Object) child.send(message);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', listener);
      child.once('error', listener);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** Where this system keeps what programs can make again. */
function cacheFolder(): string {
  const named = process.env['STILLGRAIN_CACHE'] ?? '';
  if (named !== '') return named;
  switch (process.platform) {
    case 'win32':
      return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Stillgrain', 'Cache');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Stillgrain');
    default:
      return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'stillgrain');
  }
}
