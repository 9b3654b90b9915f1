import { SingleBar } from 'cli-progress';
import { toFailure } from '../errors.ts';

/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  /** The work was done, but some photos failed. */
  someFailed: 1,
  /** Nothing could be done: wrong arguments, a missing folder, no generator. */
  unusable: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** A line for the person, on standard error, so that `--json` has standard output to itself. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Shows how far a long piece of work is. */
export interface ProgressLine {
  update(done: number, label: string): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line at every tenth. */
export function progressLine(total: number, title: string): ProgressLine {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({
      format: `${title} {bar} {percentage}% · {label} · {eta_formatted} left`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    });
    bar.start(total, 0, { label: '' });
    return {
      update: (done, label) => bar.update(done, { label }),
      stop: () => bar.stop(),
    };
  }
  let told = 0;
  return {
    update: (done, label) => {
      const tenth = Math.floor((10 * done) / total);
      if (tenth > told) {
        told = tenth;
        say(`${title}: ${Math.round((100 * done) / total)} % (${label})`);
      }
    },
    stop: () => undefined,
  };
}

/** An `AbortSignal` that Ctrl-C (and SIGTERM) aborts; a second one ends the process at once. */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    say('Stopping: what is finished stays, nothing half-written is left. Press Ctrl-C again to stop at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Runs a command: what it throws becomes two sentences (or JSON) and an exit code, never a stack trace. */
export async function runCommand(json: boolean, command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (json) process.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
    else say(`${failure.problem} ${failure.remedy}`);
    process.exitCode = EXIT.unusable;
  }
}
