/** What a Linux system must bring for Electron: shared libraries, and Xvfb where there is no screen. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from './processes.mjs';
import { keepTelling, say, secondsSince, SetUpError } from './say.mjs';

/** Whether a window could be shown. */
export function hasScreen() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}

/** Root cannot use Chromium's sandbox. */
export function isRoot() {
  return process.getuid?.() === 0;
}

/**
 * Checks that Electron finds its libraries and, when `virtualScreen` is wanted, that xvfb-run is there. As root on
 * Debian and Ubuntu what is missing is installed; elsewhere the exact line is named.
 *
 * @param {{ executable: string }} electron
 * @param {{ virtualScreen: boolean }} needs
 */
export async function checkSystem(electron, { virtualScreen }) {
  if (process.platform !== 'linux') return;
  const lacking = await whatIsMissing(electron.executable, virtualScreen);
  if (lacking.length === 0) return;
  const system = readSystem();
  const packages = debianPackages(system);
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const problem = `This system lacks ${lacking.join(', ')}.`;
  if (!system.isDebianLike) {
    throw new SetUpError(
      problem,
      `Install them with your system's package manager. On Debian and Ubuntu the line is: ${install}`,
    );
  }
  if (!isRoot()) {
    throw new SetUpError(
      problem,
      `Install it with this line and run the same command again: sudo apt-get update && sudo ${install}`,
    );
  }
  const started = performance.now();
  say(problem);
  say(`Installing it: ${install}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stopTelling = keepTelling('installing the system packages');
  await runQuietly('apt-get', ['update'], { env: environment });
  const { code, output } = await runQuietly('apt-get', install.split(' ').slice(1), { env: environment });
  stopTelling();
  if (code !== 0) {
    const words = output
      .replace(/https?:\/\/\S+/g, '<address>')
      .trim()
      .split('\n')
      .slice(-6)
      .join('\n');
    throw new SetUpError(`${install} did not work.`, `It said: ${words}`);
  }
  const stillLacking = await whatIsMissing(electron.executable, virtualScreen);
  if (stillLacking.length > 0) {
    throw new SetUpError(
      `After that the system still lacks ${stillLacking.join(', ')}.`,
      'Find the packages that bring them, install those and run the same command again.',
    );
  }
  say(`The system packages are there (${secondsSince(started)}).`);
}

/**
 * Why Chromium's sandbox cannot be used here, as a sentence, or null when it can.
 *
 * @param {{ dist: string }} electron
 */
export function whyNoSandbox({ dist }) {
  if (process.platform !== 'linux') return null;
  if (isRoot()) return "You are root, and root cannot use Chromium's sandbox.";
  const helper = join(dist, 'chrome-sandbox');
  const { uid, mode } = statSync(helper);
  const helperWorks = uid === 0 && (mode & 0o4000) !== 0;
  // Where programs may make namespaces of their own, the sandbox needs no helper.
  const isForbidden =
    readSetting('kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    readSetting('kernel/unprivileged_userns_clone') === '0' ||
    readSetting('user/max_user_namespaces') === '0';
  if (helperWorks || !isForbidden) return null;
  return (
    "This system lets no ordinary program make Chromium's sandbox. " +
    `To have it: sudo chown root '${helper}' && sudo chmod 4755 '${helper}'`
  );
}

function readSetting(name) {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return null;
  }
}

/**
 * How to start a program that opens windows where there may be no screen.
 *
 * @param {string} command
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function withVirtualScreen(command, args) {
  if (process.platform !== 'linux' || !isOnPath('xvfb-run')) return [command, args];
  return ['xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', command, ...args]];
}

async function whatIsMissing(executable, virtualScreen) {
  const { output } = await runQuietly('ldd', [executable]);
  const missing = [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
  const tools = virtualScreen && (!isOnPath('xvfb-run') || !isOnPath('xauth')) ? ['xvfb-run'] : [];
  return [...new Set([...missing, ...tools])];
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function readSystem() {
  try {
    return describeSystem(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return describeSystem(''); // Not a system that names itself.
  }
}

/**
 * What we need to know of a Linux distribution.
 *
 * @param {string} osRelease the text of /etc/os-release
 */
export function describeSystem(osRelease) {
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const names = [field('ID'), ...field('ID_LIKE').split(' ')];
  const isUbuntuLike = names.includes('ubuntu');
  const isDebianLike = isUbuntuLike || names.includes('debian');
  // A system made from Ubuntu counts its own versions, but names Ubuntu's, which go through the alphabet.
  const isNewUbuntu = isUbuntuLike && field('UBUNTU_CODENAME') >= 'noble';
  // Debian testing names no version: it is newer than all that do.
  const version = field('VERSION_ID') === '' ? Infinity : Number.parseFloat(field('VERSION_ID'));
  return { isDebianLike, hasTime64Names: isUbuntuLike ? isNewUbuntu : version >= 13 };
}

/**
 * The packages to install. Since Debian 13 and Ubuntu 24.04 two of the libraries have names that end in t64.
 *
 * @param {{ hasTime64Names: boolean }} system
 */
export function debianPackages({ hasTime64Names }) {
  const t64 = hasTime64Names ? 't64' : '';
  return [`libgtk-3-0${t64}`, 'libnss3', 'libgbm1', `libasound2${t64}`, 'xvfb', 'xauth'];
}
