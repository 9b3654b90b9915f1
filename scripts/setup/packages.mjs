import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { say, secondsSince } from './say.mjs';
import { readStamp, removeStamp, sha256, writeStamp } from './stamp.mjs';

/** Installs what the lock file says, unless it is there already. */
export async function installPackages(node) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const key = sha256(`${lockText}\0${process.platform}\0${process.arch}`);
  if (readStamp('packages')?.key === key && existsSync(join(root, 'node_modules', '.package-lock.json'))) return;
  removeStamp('packages');
  if (!isInstalled(JSON.parse(lockText))) {
    const started = performance.now();
    say('Installing the packages that package-lock.json names (npm ci).');
    await npm(['ci'], { cwd: root, node, doing: 'installing the packages' });
    say(`The packages are there (${secondsSince(started)}).`);
  }
  writeStamp('packages', { key });
}

/** Whether node_modules holds the lock file's packages (a developer may have run npm install). */
function isInstalled(lock) {
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return wanted.optional === true; // Another platform's.
    return found.version === wanted.version && found.integrity === wanted.integrity && existsSync(join(root, path));
  });
}
