import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isTemporaryName, sweepTemporaryFiles, temporaryPath, replaceFile } from '../../../engine/files/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

test('a file is written whole, over an older one, and no temporary file stays', async () => {
  const folder = temporaryFolder();
  await replaceFile(join(folder, 'a'), 'old');
  await replaceFile(join(folder, 'a'), 'new');
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('a write that fails leaves nothing behind', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a'));
  await expect(replaceFile(join(folder, 'a'), 'text')).rejects.toThrow();
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

test('one that cannot be removed keeps the sweep from nothing', async () => {
  const folder = temporaryFolder();
  const [held, goes] = ['a', 'b'].map((name) => join(folder, `.stillgrain-${name}.part`));
  mkdirSync(held ?? '');
  writeFileSync(goes ?? '', '');
  expect(await sweepTemporaryFiles(folder)).toBe(1);
  expect(readdirSync(folder)).toEqual(['.stillgrain-a.part']);
});

test('the sweep leaves what another run may be writing, when it is told how long that takes', async () => {
  const folder = temporaryFolder();
  const [old, fresh] = [temporaryPath(folder), temporaryPath(folder)];
  for (const path of [old, fresh]) writeFileSync(path, '');
  const before = (Date.now() - 7200_000) / 1000;
  utimesSync(old, before, before);
  expect(await sweepTemporaryFiles(folder, Date.now() - 3600_000)).toBe(1);
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});

test('a temporary path has a temporary name', () => {
  expect(isTemporaryName(temporaryPath('').slice(0))).toBe(true);
});
