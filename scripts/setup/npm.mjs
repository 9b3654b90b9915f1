import { accessSync, constants, existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noteWorker } from './lock.mjs';
import { stateFolder } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { keepTelling, say, SetUpError } from './say.mjs';

/**
 * Runs npm and throws a {@link SetUpError} that explains what went wrong.
 *
 * @param {string[]} args
 * @param {{ cwd: string, node: string, doing: string }} options `doing` completes "… did not work": what npm is for here
 */
export async function npm(args, { cwd, node, doing }) {
  const stopTelling = keepTelling(doing);
  const options = { cwd, env: { ...process.env, ...cacheSetting() }, onStart: noteWorker };
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  try {
    const program = npmProgram();
    const { code, output } =
      program === null
        ? await runQuietly('npm', [...args, ...flags], options)
        : await runQuietly(node, [program, ...args, ...flags], options);
    if (code !== 0) throw explain(code, output, doing);
  } finally {
    stopTelling();
  }
}

/**
 * Fetches exactly one package, whose content must have this integrity, into a folder of its own.
 *
 * @param {{ name: string, version: string, integrity: string }} pinned
 * @param {string} node the Node to run npm with
 * @returns {Promise<string>} the package's folder
 */
export async function fetchPinned({ name, version, integrity }, node) {
  const folder = join(stateFolder, `${name}-${version}`);
  const packageFolder = join(folder, 'node_modules', name);
  if (existsSync(join(folder, 'complete'))) return packageFolder;
  const building = `${folder}.part`;
  rmSync(folder, { recursive: true, force: true });
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  const dependencies = { [name]: version };
  // npm installs what a lock file says and refuses what has another integrity.
  const lock = {
    lockfileVersion: 3,
    requires: true,
    packages: { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } },
  };
  writeFileSync(join(building, 'package.json'), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(building, 'package-lock.json'), JSON.stringify(lock));
  await npm(['ci'], { cwd: building, node, doing: `fetching ${name} ${version}` });
  writeFileSync(join(building, 'complete'), '');
  renameSync(building, folder);
  return packageFolder;
}

/** npm's own program file, to run it with a Node of our choice; null when only the command is known. */
function npmProgram() {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  for (const candidate of candidates) {
    if (candidate !== undefined && /npm-cli\.js$/.test(candidate) && existsSync(candidate))
      return realpathSync(candidate);
  }
  return null;
}

/** Points npm at a cache of our own when its usual one cannot be written. */
function cacheSetting() {
  const usual = process.env.npm_config_cache;
  if (usual !== undefined && usual !== '' && canWrite(usual)) return {};
  const own = join(stateFolder, 'npm-cache');
  if (usual !== undefined && usual !== '') say(`npm's cache (${usual}) cannot be written; using ${own} instead.`);
  return { npm_config_cache: own };
}

function canWrite(folder) {
  const probe = join(folder, `.stillgrain-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    writeFileSync(probe, '');
    rmSync(probe);
    return true;
  } catch {
    return false;
  }
}

function explain(code, output, doing) {
  // Addresses say nothing to a reader and may hold somebody's token.
  const words = output.replace(/https?:\/\/\S+/g, '<address>').trim();
  const has = (pattern) => pattern.test(words);
  if (code === 127) return new SetUpError('npm was not found.', 'Install Node 20 or newer together with npm.');
  if (has(/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i)) {
    return new SetUpError(
      `The npm registry could not be reached while ${doing}.`,
      'Check the network connection (and the proxy settings of npm, if you need some) and run the same command again.',
    );
  }
  if (has(/ENOSPC/)) {
    return new SetUpError(`The disk became full while ${doing}.`, 'Free about 2 GB and run the same command again.');
  }
  if (has(/EROFS|EACCES|EPERM/)) {
    return new SetUpError(
      `A file could not be written while ${doing}.`,
      `Make sure that this checkout and npm's cache belong to you, and run the same command again. npm said: ${lastLines(words)}`,
    );
  }
  if (has(/EINTEGRITY/)) {
    return new SetUpError(
      `What arrived while ${doing} is not what this version of Stillgrain was tested with (its checksum differs).`,
      'Run `npm cache verify` and the same command again; if it stays so, do not use what was fetched, and report it.',
    );
  }
  return new SetUpError(`${doing[0].toUpperCase()}${doing.slice(1)} did not work.`, `npm said: ${lastLines(words)}`);
}

function lastLines(words) {
  return words
    .split('\n')
    .filter((line) => !/complete log of this run/.test(line))
    .slice(-12)
    .join('\n');
}
