import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolder } from './paths.mjs';
import { say } from './say.mjs';

const lockFile = join(stateFolder, 'setup.lock');
const heartbeatMs = 2_000;
/** A holder that has not shown itself for so long is gone, whatever its process number says. */
const abandonedAfterMs = 30_000;

/**
 * Does `work` while no other set-up of this checkout runs; waits for the other one, saying so.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(stateFolder, { recursive: true });
  const mine = `${process.pid} ${hostname()} ${Date.now()}`;
  let told = false;
  while (!tryTake(mine)) {
    const holder = readHolder();
    if (holder === null) continue;
    if (isAbandoned(holder)) {
      removeAbandoned(holder);
      continue;
    }
    if (!told) say(`Another set-up of this checkout is under way (process ${holder.split(' ')[0]}); waiting for it.`);
    told = true;
    await sleep(500);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(lockFile, now, now);
    } catch {
      // Somebody deleted the state folder: the work goes on, and its stamps are written anew.
    }
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (readHolder() === mine) rmSync(lockFile, { force: true });
  }
}

function tryTake(mine) {
  // Written aside and linked: a lock file that exists is always whole.
  const aside = `${lockFile}.${process.pid}`;
  writeFileSync(aside, mine);
  try {
    linkSync(aside, lockFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    // A file system without hard links.
    try {
      writeFileSync(lockFile, mine, { flag: 'wx' });
      return true;
    } catch (second) {
      if (second.code === 'EEXIST') return false;
      throw second;
    }
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder() {
  try {
    return readFileSync(lockFile, 'utf8');
  } catch {
    return null;
  }
}

function isAbandoned(holder) {
  const [pid, host] = holder.split(' ');
  try {
    if (Date.now() - statSync(lockFile).mtimeMs > abandonedAfterMs) return true;
  } catch {
    return false; // Released meanwhile.
  }
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Takes an abandoned lock away; if it turns out to be a new one (two waiters at once), puts it back. */
function removeAbandoned(holder) {
  const aside = `${lockFile}.${process.pid}.old`;
  try {
    renameSync(lockFile, aside);
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, lockFile);
  } catch {
    // Another waiter was quicker.
  } finally {
    rmSync(aside, { force: true });
  }
}
