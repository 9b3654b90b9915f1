import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { scanFolder } from '../../../engine/files/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const endings = new Set(['jpg', 'png']);

async function scan(folder: string, without: string[] = []): Promise<{ files: string[]; failures: string[] }> {
  const files: string[] = [];
  const failures: string[] = [];
  for await (const found of scanFolder(folder, endings, without)) {
    if (found.kind === 'file') files.push(relative(folder, found.path));
    else failures.push(`${found.failure.code} ${relative(folder, found.failure.file ?? '')}`);
  }
  return { files, failures };
}

function touch(...parts: string[]): void {
  writeFileSync(join(...parts), 'x');
}

test('finds photos below a folder in one order: natural, a folder’s own files first', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a', 'deep'), { recursive: true });
  for (const name of ['10.jpg', '2.JPG', 'B.png', 'a.jpg', 'notes.txt', 'no-ending']) touch(folder, name);
  touch(folder, 'a', 'z.jpg');
  touch(folder, 'a', 'deep', '1.jpg');
  const { files, failures } = await scan(folder);
  expect(files).toEqual(['2.JPG', '10.jpg', 'a.jpg', 'B.png', join('a', 'z.jpg'), join('a', 'deep', '1.jpg')]);
  expect(failures).toEqual([]);
});

test('passes over what is hidden', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.cache'));
  touch(folder, '.cache', 'a.jpg');
  touch(folder, '._b.jpg');
  expect(await scan(folder)).toEqual({ files: [], failures: [] });
});

test('reads a folder once that links lead back to, and follows links to photos', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'one'));
  touch(folder, 'one', 'a.jpg');
  symlinkSync(folder, join(folder, 'one', 'back'));
  symlinkSync(join(folder, 'one'), join(folder, 'two'));
  symlinkSync(join(folder, 'one', 'a.jpg'), join(folder, 'linked.jpg'));
  expect(await scan(folder)).toEqual({ files: ['linked.jpg', join('one', 'a.jpg')], failures: [] });
});

test('looks into no folder that it is told to leave out, however it is reached', async () => {
  const [folder, copies] = [temporaryFolder(), temporaryFolder()];
  touch(folder, 'a.jpg');
  touch(copies, 'a.jpg');
  symlinkSync(copies, join(folder, 'link'));
  expect((await scan(folder)).files).toEqual(['a.jpg', join('link', 'a.jpg')]);
  expect((await scan(folder, [realpathSync(copies)])).files).toEqual(['a.jpg']);
});

test.skipIf(process.platform !== 'linux')('tells of a folder whose name is in another encoding', async () => {
  const folder = temporaryFolder();
  mkdirSync(Buffer.concat([Buffer.from(`${folder}/Sch`), Buffer.from([0xf6]), Buffer.from('n')]));
  expect(await scan(folder)).toEqual({ files: [], failures: ['unreadable Sch\uFFFDn'] });
});

test('tells of links that lead nowhere or to themselves, when they claim to be photos', async () => {
  const folder = temporaryFolder();
  symlinkSync('gone.jpg', join(folder, 'dead.jpg'));
  symlinkSync('self.jpg', join(folder, 'self.jpg'));
  symlinkSync('gone', join(folder, 'dead'));
  touch(folder, 'z.jpg');
  const { files, failures } = await scan(folder);
  expect(files).toEqual(['z.jpg']);
  expect(failures).toEqual(['vanished dead.jpg', 'unreadable self.jpg']);
});

test('keeps names with emoji, right-to-left letters and 255 bytes', async () => {
  const folder = temporaryFolder();
  const names = ['🌊 sea.jpg', 'תמונה.jpg', `${'x'.repeat(251)}.jpg`];
  for (const name of names) touch(folder, name);
  expect((await scan(folder)).files.sort()).toEqual(names.toSorted());
});

test('says when the folder itself has gone', async () => {
  const folder = join(temporaryFolder(), 'gone');
  expect(await scan(folder)).toEqual({ files: [], failures: ['vanished '] });
});
