import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root, stateFolder } from './paths.mjs';

/** SHA-256 of a text or bytes, in hex. */
export function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 over the names and contents of files and folders (relative to the root; missing ones count as missing). */
export function hashOfSources(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(join(root, path))) {
      hash.update(`${relative(root, file).split(sep).join('/')}\0`);
      hash.update(createHash('sha256').update(readFileSync(file)).digest());
    }
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]));
}

/** What is remembered under a name, or null. */
export function readStamp(name) {
  try {
    return JSON.parse(readFileSync(join(stateFolder, `${name}.json`), 'utf8'));
  } catch {
    return null; // Missing or half-written: the step is simply done again.
  }
}

/** Remembers that a step is done; only ever written when it is. */
export function writeStamp(name, value) {
  mkdirSync(stateFolder, { recursive: true });
  const file = join(stateFolder, `${name}.json`);
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Forgets a step before it is begun, so that an interrupted one is done again. */
export function removeStamp(name) {
  rmSync(join(stateFolder, `${name}.json`), { force: true });
}
