import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a command to its end without showing its output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shouldStop?: () => boolean, onStart?: (pid: number) => void }}
 *   options `shouldStop` is asked once a second; when it answers true the command is killed
 * @returns {Promise<{ code: number, output: string, stopped: boolean }>} code 127 when it could not be started;
 *   output is stdout and stderr together
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    let stopped = false;
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const timer = setInterval(() => {
      if (options.shouldStop?.() !== true) return;
      stopped = true;
      child.kill('SIGKILL');
    }, 1000);
    const collect = (data) => (output += data);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      clearInterval(timer);
      resolve({ code: 127, output: `${output}${error.message}\n`, stopped });
    });
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code: code ?? 1, output, stopped });
    });
  });
}

/**
 * Runs a command in the foreground: it has the terminal, and signals reach it. Ctrl-C goes to the whole process
 * group by itself, so here it is only waited for how the command takes it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended it
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'inherit' });
    const ignore = () => undefined;
    const passOn = (signal) => child.kill(signal);
    process.on('SIGINT', ignore);
    process.on('SIGTERM', passOn);
    process.on('SIGHUP', passOn);
    const done = () => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', passOn);
      process.off('SIGHUP', passOn);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('close', (code, signal) => {
      done();
      resolve(code ?? 128 + (constants.signals[signal] ?? 1));
    });
  });
}
