/**
 * Starts the real program for the end-to-end tests and hands out its window: either the build in out/ with the
 * Electron that set-up found, or, when STILLGRAIN_PACKAGED names one, a packaged executable. A packaged one has its
 * inspector fuse off, so it is driven through Chromium's own debugging port.
 */
import { _electron, chromium, type ElectronApplication, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface LaunchOptions {
  /** Folder of this run's catalog, settings and thumbnails: a new temporary one for each test that wants a fresh start. */
  userData: string;
  args?: string[];
  env?: Record<string, string>;
}

/** One running program. */
export interface RunningProgram {
  /** Its first window, loaded. */
  page: Page;
  /** Playwright's door to the main process; null in a packaged program, which has none. */
  electron: ElectronApplication | null;
  /** The main process. */
  process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Closes the window as a user would and waits for the end of the program. */
  close(): Promise<void>;
  /** Ends every process of it at once, as a power cut would. */
  kill(): Promise<void>;
}

/** The packaged executable under test, or null when the build in out/ is. */
export const packagedExecutable = process.env['STILLGRAIN_PACKAGED'] ?? null;

/** Starts the program and waits until its window has loaded. */
export async function launch(options: LaunchOptions): Promise<RunningProgram> {
  return packagedExecutable === null ? launchBuild(options) : launchPackaged(packagedExecutable, options);
}

/** Chromium's sandbox does not work as root, nor where set-up found that the system forbids it. */
const hasSandbox = process.getuid?.() !== 0 && process.env['STILLGRAIN_NO_SANDBOX'] !== '1';

function environment(extra: Record<string, string> | undefined): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), ...extra };
}

/** Where `npm run …` put the Electron to use. */
function electronExecutable(): string {
  const stamp: unknown = JSON.parse(readFileSync(resolve('.stillgrain/electron.json'), 'utf8'));
  if (typeof stamp === 'object' && stamp !== null && 'executable' in stamp && typeof stamp.executable === 'string') {
    return stamp.executable;
  }
  throw new Error('No Electron is set up: run the tests through npm run test:e2e.');
}

async function launchBuild(options: LaunchOptions): Promise<RunningProgram> {
  const electron = await _electron.launch({
    executablePath: electronExecutable(),
    args: [resolve('.'), `--user-data-dir=${options.userData}`, ...(options.args ?? [])],
    env: environment(options.env),
    chromiumSandbox: hasSandbox,
    timeout: 60_000,
  });
  const child = electron.process();
  const output = collectOutput(child);
  const page = await electron.firstWindow();
  await page.waitForLoadState();
  return {
    page,
    electron,
    process: child,
    output,
    close: () => electron.close(),
    kill: () => killWhole(child),
  };
}

async function launchPackaged(executable: string, options: LaunchOptions): Promise<RunningProgram> {
  const child = spawn(
    executable,
    [
      '--remote-debugging-port=0',
      `--user-data-dir=${options.userData}`,
      ...(hasSandbox ? [] : ['--no-sandbox']),
      ...(options.args ?? []),
    ],
    // A group of its own, so that kill() reaches its children too.
    { env: environment(options.env), stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
  );
  const output = collectOutput(child);
  const browser = await chromium.connectOverCDP(await debuggerAddress(child, output));
  const context = browser.contexts()[0]!;
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  await page.waitForLoadState();
  return {
    page,
    electron: null,
    process: child,
    output,
    close: async () => {
      const ended = endOf(child);
      await page.close();
      await ended;
    },
    kill: () => killWhole(child),
  };
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  const add = (data: Buffer): void => {
    text += data.toString();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

async function debuggerAddress(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolveAddress, reject) => {
    const look = (): void => {
      const address = /DevTools listening on (ws:\S+)/.exec(output())?.[1];
      if (address !== undefined) resolveAddress(address);
    };
    child.stderr?.on('data', look);
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      reject(new Error(`The packaged program ended (${String(code ?? signal)}) before its window:\n${output()}`)),
    );
  });
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolveEnd) => child.once('exit', resolveEnd));
}

async function killWhole(child: ChildProcess): Promise<void> {
  const ended = endOf(child);
  try {
    // Playwright and we both start the program as the leader of a process group.
    if (process.platform !== 'win32' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
  await ended;
}
