import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ExportTarget } from '../../../../electron/export/target.ts';
import { temporaryFolder } from '../support/folders.ts';

/** The real file system, of which single answers can be exchanged for those of other disks. */
vi.mock('node:fs/promises', { spy: true });

/** What a disk answers that will not. */
const refusal = (code: string): Error => Object.assign(new Error(code), { code });

const nobody = (): Promise<boolean> => Promise.resolve(false);

interface Bench {
  folder: string;
  temporary: string;
  target: ExportTarget;
  publish: () => Promise<string>;
}

/** A copy that waits for its name, `sea.jpg`. */
async function openBench(): Promise<Bench> {
  const folder = temporaryFolder();
  const temporary = join(folder, '.stillgrain-1.part.jpg');
  const target = await ExportTarget.open(folder, nobody);
  writeFileSync(temporary, 'copy');
  return {
    folder,
    temporary,
    target,
    publish: () => target.publish(temporary, { name: 'sea.jpg', replaces: false }, 'sea', '.jpg'),
  };
}

beforeEach(() => vi.resetAllMocks());

describe.each(['EPERM', 'ENOTSUP', 'EISDIR'])('on a disk without hard links (%s)', (code) => {
  beforeEach(() => void vi.mocked(files.link).mockRejectedValue(refusal(code)));

  test('a copy gets its name', async () => {
    const { folder, target, publish } = await openBench();
    expect(await publish()).toBe(join(target.folder, 'sea.jpg'));
    expect(readdirSync(folder)).toEqual(['sea.jpg']);
  });

  test('a file that has come meanwhile is left alone', async () => {
    const { folder, publish } = await openBench();
    writeFileSync(join(folder, 'sea.jpg'), 'mine');
    await publish();
    expect(readFileSync(join(folder, 'sea.jpg'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['sea (2).jpg', 'sea.jpg']);
  });

  test.skipIf(process.platform === 'win32')('so is a link that leads nowhere', async () => {
    const { folder, publish } = await openBench();
    symlinkSync(join(folder, 'gone'), join(folder, 'sea.jpg'));
    await publish();
    expect(readdirSync(folder).sort()).toEqual(['sea (2).jpg', 'sea.jpg']);
  });

  test('and a name that cannot be looked at is not taken for free', async () => {
    const { folder, publish } = await openBench();
    writeFileSync(join(folder, 'sea.jpg'), 'mine');
    vi.mocked(files.lstat).mockRejectedValue(refusal('EIO'));
    vi.mocked(files.stat).mockRejectedValue(refusal('EIO'));
    await expect(publish()).rejects.toThrow('EIO');
    expect(readFileSync(join(folder, 'sea.jpg'), 'utf8')).toBe('mine');
  });
});

test('a temporary file that cannot be removed at once does not make the copy a stranger', async () => {
  const { folder, target, publish } = await openBench();
  vi.mocked(files.rm).mockRejectedValue(refusal('EPERM'));
  expect(await publish()).toBe(join(target.folder, 'sea.jpg'));
  expect(readdirSync(folder).sort()).toEqual(['.stillgrain-1.part.jpg', 'sea.jpg']);
});

describe('a target that was written to', () => {
  test('is in order as long as files can be written, and is left as it was', async () => {
    const { folder, temporary, target } = await openBench();
    await target.check();
    rmSync(temporary);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['EACCES', 'read-only', /You may not write to “/],
    ['EPERM', 'read-only', /You may not write to “/],
    ['EROFS', 'read-only', /its folder is read-only/],
    ['ENOSPC', 'disk-full', /no room left/],
    ['EIO', 'unreadable', /Check that the drive is connected/],
  ])('is told of when the disk answers %s', async (code, meaning, words) => {
    const { target } = await openBench();
    vi.mocked(files.writeFile).mockRejectedValue(refusal(code));
    await expect(target.check()).rejects.toMatchObject({ code: meaning, message: words });
  });

  test.each(['gone', 'file'])('is told of when it is no folder any more (%s)', async (what) => {
    const folder = join(temporaryFolder(), 'stick');
    mkdirSync(folder);
    const target = await ExportTarget.open(folder, nobody);
    rmSync(folder, { recursive: true });
    if (what === 'file') writeFileSync(folder, '');
    await expect(target.check()).rejects.toThrow('The folder “stick” is no longer there.');
    expect(existsSync(folder)).toBe(what === 'file');
  });
});
