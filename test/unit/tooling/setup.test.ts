import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { debianPackages, describeSystem } from '../../../scripts/setup/system.mjs';

const repository = resolve(import.meta.dirname, '../../..');
/** A checkout of its own with the set-up's scripts in it: they find their root by where they lie. */
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stillgrain set-up '));
  cpSync(join(repository, 'scripts'), join(root, 'scripts'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script of that checkout to its end. */
async function runNode(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolveEnd) => {
    const child = execFile(process.execPath, args, { cwd: root, env }, (_error, stdout, stderr) =>
      resolveEnd({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function script(name: string, text: string): string {
  const file = join(root, 'scripts', name);
  writeFileSync(file, text);
  return file;
}

describe('the lock of the set-up', () => {
  const holdsLock = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from './setup/lock.mjs';
    await withLock(async () => {
      appendFileSync('log', 'begin ');
      await sleep(Number(process.argv[2]));
      appendFileSync('log', 'end ');
    });`;

  test('lets one work at a time, and the other says that it waits', async () => {
    const file = script('hold.mjs', holdsLock);
    const all = await Promise.all([runNode([file, '700']), runNode([file, '700']), runNode([file, '700'])]);
    expect(readFileSync(join(root, 'log'), 'utf8')).toBe('begin end '.repeat(3));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(all.filter(({ stderr }) => stderr.includes('Another set-up of this checkout is under way'))).not.toEqual([]);
  });

  test('is taken over from a holder that was killed', async () => {
    const file = script('hold.mjs', holdsLock);
    const holder = spawn(process.execPath, [file, '600000'], { cwd: root });
    const ended = new Promise((resolveEnd) => holder.once('exit', resolveEnd));
    while (!logged().includes('begin')) await sleep(50);
    holder.kill('SIGKILL');
    await ended;
    expect((await runNode([file, '0'])).code).toBe(0);
    expect(logged()).toBe('begin begin end ');
  });

  test('waits for the process that a killed holder left at work', async () => {
    const worker = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1500)'], { cwd: root });
    let workerEnded = false;
    worker.once('exit', () => (workerEnded = true));
    const note = script(
      'note.mjs',
      `import { withLock, noteWorker } from './setup/lock.mjs';
      await withLock(async () => { noteWorker(process.argv[2]); process.kill(process.pid, 'SIGKILL'); });`,
    );
    await runNode([note, String(worker.pid)]);
    const { stderr } = await runNode([script('hold.mjs', holdsLock), '0']);
    expect(stderr).toContain(`has left process ${String(worker.pid)} at work`);
    expect(workerEnded).toBe(true);
    expect(logged()).toBe('begin end ');
  });

  function logged(): string {
    try {
      return readFileSync(join(root, 'log'), 'utf8');
    } catch {
      return '';
    }
  }
});

describe('what makes the build stale', () => {
  const printsHash = `
    import { hashOfSources } from './setup/stamp.mjs';
    console.log(hashOfSources(['sources', 'missing.json']));`;
  const hash = async (): Promise<string> => (await runNode([script('hash.mjs', printsHash)])).stdout;

  test('is a changed, new or renamed file, and nothing else', async () => {
    cpSync(join(repository, 'scripts', 'licences'), join(root, 'sources', 'deep'), { recursive: true });
    const before = await hash();
    expect(await hash()).toBe(before);
    writeFileSync(join(root, 'sources', 'new.ts'), 'a');
    const withNew = await hash();
    writeFileSync(join(root, 'sources', 'new.ts'), 'b');
    const withChanged = await hash();
    cpSync(join(root, 'sources', 'new.ts'), join(root, 'sources', 'renamed.ts'));
    rmSync(join(root, 'sources', 'new.ts'));
    const withRenamed = await hash();
    rmSync(join(root, 'sources', 'renamed.ts'));
    expect(new Set([before, withNew, withChanged, withRenamed]).size).toBe(4);
    expect(await hash()).toBe(before);
  });
});

describe('the system packages', () => {
  test.each([
    ['Debian 12', 'ID=debian\nVERSION_ID="12"\n', 'libasound2'],
    ['Debian 13', 'ID=debian\nVERSION_ID="13"\n', 'libasound2t64'],
    ['Debian testing', 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\n', 'libasound2t64'],
    ['Ubuntu 22.04', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\nUBUNTU_CODENAME=jammy\n', 'libasound2'],
    ['Ubuntu 24.04', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nUBUNTU_CODENAME=noble\n', 'libasound2t64'],
    ['Mint 21', 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21"\nUBUNTU_CODENAME=jammy\n', 'libasound2'],
    ['Mint 22', 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\nUBUNTU_CODENAME=noble\n', 'libasound2t64'],
  ])('of %s have the names that it uses', (_name, osRelease, sound) => {
    const system = describeSystem(osRelease);
    expect(system.isDebianLike).toBe(true);
    expect(debianPackages(system)).toContain(sound);
  });

  test('are not guessed on a system of another family', () => {
    expect(describeSystem('ID=fedora\nVERSION_ID=42\n').isDebianLike).toBe(false);
    expect(describeSystem('').isDebianLike).toBe(false);
  });
});

if (process.platform === 'linux') {
  test('npm start on a machine without a screen says so and names the command that needs none', async () => {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
    const { code, stderr } = await runNode([join(root, 'scripts', 'start.mjs')], env);
    expect(code).toBe(1);
    expect(stderr).toContain('no screen');
    expect(stderr).toContain('npm run protect -- <folder of photos> --out <folder>');
  });
}
