import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { assertApart, isWithin, realPathOf } from '../../../engine/cli/apart.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

test.each([
  ['/a/b', '/a', true],
  ['/a', '/a', true],
  ['/a', '/a/b', false],
  ['/ab', '/a', false],
  ['/a/..b', '/a', true],
])('on POSIX, %s in %s: %s', (inner, outer, expected) => expect(isWithin(inner, outer, posix)).toBe(expected));

test.each([
  ['C:\\Photos\\x', 'C:\\Photos', true],
  ['D:\\Copies', 'C:\\Photos', false],
  ['\\\\server\\share\\x', 'C:\\Photos', false],
  ['C:\\Photos', 'D:\\', false],
])('on Windows, %s in %s: %s', (inner, outer, expected) => expect(isWithin(inner, outer, win32)).toBe(expected));

test('what is not there yet is where it will be, links followed', async () => {
  const folder = realpathSync(temporaryFolder());
  mkdirSync(join(folder, 'album'));
  symlinkSync(join(folder, 'album'), join(folder, 'link'));
  expect(await realPathOf(join(folder, 'link', 'new', 'deep'))).toBe(join(folder, 'album', 'new', 'deep'));
  const refused = assertApart(join(folder, 'link', 'new'), join(folder, 'album'), 'It would be inside.', '--out');
  await expect(refused).rejects.toMatchObject({
    problem: 'It would be inside.',
    remedy: 'Choose another folder with --out.',
  });
  await assertApart(join(folder, 'other'), join(folder, 'album'), 'It would be inside.', '--out');
});
