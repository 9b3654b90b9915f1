import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExportTarget } from '../../../../electron/export/target.ts';
import { temporaryFolder } from '../support/folders.ts';

const nobody = (): Promise<boolean> => Promise.resolve(false);

test('unique: existing names and names of this run are left alone, whatever their case', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'Sea.JPG'), 'old');
  const target = await ExportTarget.open(folder, nobody);
  expect(await target.choose('sea', '.jpg', 'unique', 1)).toEqual({ name: 'sea (2).jpg', replaces: false });
  expect(await target.choose('SEA', '.jpg', 'unique', 1)).toEqual({ name: 'SEA (3).jpg', replaces: false });
  expect(await target.choose('lake', '.jpg', 'unique', 1)).toEqual({ name: 'lake.jpg', replaces: false });
});

test('overwrite replaces old files, but never what this run has written', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'sea.jpg'), 'old');
  const target = await ExportTarget.open(folder, nobody);
  expect(await target.choose('sea', '.jpg', 'overwrite', 1)).toEqual({ name: 'sea.jpg', replaces: true });
  expect(await target.choose('Sea', '.jpg', 'overwrite', 1)).toEqual({ name: 'Sea (2).jpg', replaces: false });
});

test('skip leaves out what is there, but not the second photo of one name', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'sea.jpg'), 'old');
  const target = await ExportTarget.open(folder, nobody);
  expect(await target.choose('sea', '.jpg', 'skip', 1)).toBeNull();
  expect(await target.choose('lake', '.jpg', 'skip', 1)).toEqual({ name: 'lake.jpg', replaces: false });
  expect(await target.choose('lake', '.jpg', 'skip', 1)).toEqual({ name: 'lake (2).jpg', replaces: false });
});

test('an original is never replaced, whatever the user wants', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'sea.jpg'), 'original');
  const target = await ExportTarget.open(folder, (path) => Promise.resolve(path.endsWith('sea.jpg')));
  await expect(target.choose('SEA', '.jpg', 'overwrite', 1)).rejects.toThrow(/is an original/);
  expect(await target.choose('sea', '.jpg', 'unique', 1)).toEqual({ name: 'sea (2).jpg', replaces: false });
});

const NFC = '\u00e9.jpg';
const NFD = 'e\u0301.jpg';

describe('where two files have names that are one name elsewhere', () => {
  test.each([
    ['IMG_1.jpg', 'img_1.jpg'],
    ['img_1.jpg', 'IMG_1.jpg'],
    [NFC, NFD],
    [NFD, NFC],
  ])('overwriting one of them never replaces the other, an original (%s, %s)', async (original, other) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, original), 'original');
    writeFileSync(join(folder, other), 'other');
    const areOne = readdirSync(folder).length === 1;
    for (const name of [original, other]) {
      const stem = name.replace('.jpg', '');
      const target = await ExportTarget.open(folder, (path) => Promise.resolve(areOne || basename(path) === original));
      const choice = await target.choose(stem, '.jpg', 'overwrite', 1).catch(() => null);
      if (choice === null) continue;
      writeFileSync(join(folder, 'temporary'), 'copy');
      expect(await target.publish(join(folder, 'temporary'), choice, stem, '.jpg')).toBe(join(target.folder, other));
    }
    // On a disk that takes both names for one, there is one file, and it was written last.
    expect(readFileSync(join(folder, original), 'utf8')).toBe(areOne ? 'other' : 'original');
  });

  test.each(['IMG_1', 'img_1'])('overwriting replaces the file of that very name (%s)', async (stem) => {
    const folder = temporaryFolder();
    for (const name of ['IMG_1.jpg', 'img_1.jpg']) writeFileSync(join(folder, name), name);
    const target = await ExportTarget.open(folder, nobody);
    const [only, ...others] = readdirSync(folder);
    const name = others.length === 0 ? only : `${stem}.jpg`;
    expect(await target.choose(stem, '.jpg', 'overwrite', 1)).toEqual({ name, replaces: true });
  });
});

test('overwriting replaces the file that was looked at, under its own name', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'Sea.JPG'), 'old');
  const looked: string[] = [];
  const target = await ExportTarget.open(folder, (path) => {
    looked.push(basename(path));
    return Promise.resolve(false);
  });
  const choice = await target.choose('sea', '.jpg', 'overwrite', 1);
  expect(choice).toEqual({ name: 'Sea.JPG', replaces: true });
  if (choice === null) throw new Error('overwrite never skips');
  writeFileSync(join(folder, 'temporary'), 'copy');
  await target.publish(join(folder, 'temporary'), choice, 'sea', '.jpg');
  expect(readdirSync(folder)).toEqual(['Sea.JPG']);
  expect(readFileSync(join(folder, 'Sea.JPG'), 'utf8')).toBe('copy');
  expect(new Set(looked)).toEqual(new Set(['Sea.JPG']));
});

test('a file that comes meanwhile is not replaced', async () => {
  const folder = temporaryFolder();
  const target = await ExportTarget.open(folder, nobody);
  const choice = await target.choose('sea', '.jpg', 'unique', 1);
  if (choice === null) throw new Error('unique never skips');
  writeFileSync(join(folder, 'sea.jpg'), 'somebody else’s');
  writeFileSync(join(folder, '.stillgrain-1.part.jpg'), 'copy');
  const path = await target.publish(join(folder, '.stillgrain-1.part.jpg'), choice, 'sea', '.jpg');
  expect(path).toBe(join(target.folder, 'sea (2).jpg'));
  expect(readFileSync(join(folder, 'sea.jpg'), 'utf8')).toBe('somebody else’s');
  expect(readdirSync(folder).sort()).toEqual(['sea (2).jpg', 'sea.jpg']);
});

test('overwriting a link replaces the link, not what it leads to', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'out'));
  writeFileSync(join(folder, 'original.jpg'), 'original');
  symlinkSync(join(folder, 'original.jpg'), join(folder, 'out', 'sea.jpg'));
  const target = await ExportTarget.open(join(folder, 'out'), nobody);
  const choice = await target.choose('sea', '.jpg', 'overwrite', 1);
  if (choice === null) throw new Error('overwrite never skips');
  writeFileSync(join(folder, 'out', 'temporary'), 'copy');
  await target.publish(join(folder, 'out', 'temporary'), choice, 'sea', '.jpg');
  expect(readFileSync(join(folder, 'original.jpg'), 'utf8')).toBe('original');
  expect(readFileSync(join(folder, 'out', 'sea.jpg'), 'utf8')).toBe('copy');
});

test.each(['gone', 'file'])('a folder that is none (%s) is refused with a sentence', async (name) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(ExportTarget.open(join(folder, name), nobody)).rejects.toThrow(
    /“(gone|file)” is (no longer|not a folder)/,
  );
  expect(existsSync(join(folder, 'gone'))).toBe(false);
});
