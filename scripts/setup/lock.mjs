import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolder } from './paths.mjs';
import { say } from './say.mjs';

const lockFile = join(stateFolder, 'setup.lock');
/** Which process the holder has set to work: it outlives a holder that was killed. */
const workerFile = join(stateFolder, 'setup.worker');
const heartbeatMs = 2_000;
/** A holder that has not shown itself for so long is gone, whatever its process number says. */
const abandonedAfterMs = 30_000;
/** Longer than an orphaned npm has been seen to go on; a process number may have been given to somebody else. */
const longestWaitForWorkerMs = 180_000;

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
    await waitForOrphan();
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(workerFile, { force: true });
    if (readHolder() === mine) rmSync(lockFile, { force: true });
  }
}

/** Remembers the process that works for the holder of the lock. */
export function noteWorker(pid) {
  writeFileSync(workerFile, `${pid} ${hostname()}`);
}

/** A set-up that was killed may have left npm running: two of them would spoil node_modules. */
async function waitForOrphan() {
  let worker;
  try {
    worker = readFileSync(workerFile, 'utf8');
  } catch {
    return;
  }
  const [pid, host] = worker.split(' ');
  const started = performance.now();
  while (host === hostname() && isAlive(pid) && performance.now() - started < longestWaitForWorkerMs) {
    if (worker !== null) say(`An interrupted set-up has left process ${pid} at work; waiting for its end.`);
    worker = null;
    await sleep(500);
  }
  rmSync(workerFile, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
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
  return host === hostname() && !isAlive(pid);
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
