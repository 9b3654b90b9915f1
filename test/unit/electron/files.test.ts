import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isTemporaryName, sweepTemporaryFiles, temporaryPath, writeWhole } from '../../../electron/files.ts';
import { temporaryFolder } from './support/folders.ts';

test('a file is written whole, over an older one, and no temporary file stays', async () => {
  const folder = temporaryFolder();
  await writeWhole(join(folder, 'a'), 'old');
  await writeWhole(join(folder, 'a'), 'new');
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('a write that fails leaves nothing behind', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));
  await expect(writeWhole(join(folder, 'a'), 'text')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['a']);
});

test('the sweep takes our temporary files and nothing else', async () => {
  const folder = temporaryFolder();
  const stays = ['a.jpg', '.stillgrain-notes', 'stillgrain-1.part', '.other-1.part'];
  for (const name of stays) writeFileSync(join(folder, name), '');
  const names = ['.stillgrain-1.part.jpg', '.stillgrain-2.part', '.stillgrain-2.part-journal'];
  const goes = [temporaryPath(folder), ...names.map((name) => join(folder, name))];
  for (const path of goes) writeFileSync(path, '');
  expect(await sweepTemporaryFiles(folder)).toBe(4);
  expect(readdirSync(folder).sort()).toEqual(stays.toSorted());
  expect(goes.some((path) => existsSync(path))).toBe(false);
  expect(await sweepTemporaryFiles(join(folder, 'gone'))).toBe(0);
});

test('a temporary path has a temporary name', () => {
  expect(isTemporaryName(temporaryPath('').slice(0))).toBe(true);
});
