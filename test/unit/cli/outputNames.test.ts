import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { planOutputs, type PlannedPhoto } from '../../../engine/cli/outputNames.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { samplePhoto, writePhoto } from '../../fixtures/photos.ts';

const photos = ['/album/a.jpg', '/album/a.png', '/album/A.tif', '/album/sub/a.jpg', '/album/no.dots.jpg'];

const names = (planned: readonly PlannedPhoto[], out = '/out'): string[] =>
  planned.map(({ stem }) => stem.slice(out.length + 1));

it('gives every photo a name of its own, sub-folders kept, capitals not told apart', async () => {
  const { planned } = await planOutputs('/album', '/out', photos, 'png', true);
  expect(names(planned)).toEqual(['a-jpg', 'a', 'A-tif', join('sub', 'a'), 'no.dots']);
  expect(planned.map(({ source }) => source)).toEqual(photos);
  expect(new Set(planned.map(({ noiseStem }) => noiseStem.toLowerCase())).size).toBe(photos.length);
});

it('never makes up a name that is another photo’s own', async () => {
  const album = ['/album/a.jpg', '/album/a.png', '/album/a-jpg.png', '/album/A.jpg'];
  const { planned } = await planOutputs('/album', '/out', album, 'png', true);
  expect(new Set(names(planned).map((name) => name.toLowerCase())).size).toBe(album.length);
  expect(names(planned)[2]).toBe('a-jpg');
});

it('passes over copies that are there, unless they are to be made again', async () => {
  const out = temporaryFolder();
  await mkdir(join(out, 'sub'));
  await writeFile(join(out, 'sub', 'a.png'), '');
  const again = await planOutputs('/album', out, photos, 'png', false);
  expect(again.alreadyThere).toBe(1);
  expect(again.planned.map(({ source }) => source)).not.toContain('/album/sub/a.jpg');
  expect((await planOutputs('/album', out, photos, 'png', true)).planned).toHaveLength(5);
  expect((await planOutputs('/album', out, photos, 'jpeg', false)).alreadyThere).toBe(0);
});

test('an accent that is written in two ways makes no two names', async () => {
  const { planned } = await planOutputs('/album', '/out', ['/album/\u00e9.png', '/album/e\u0301.png'], 'png', true);
  expect(new Set(planned.map(({ stem }) => stem.normalize('NFC'))).size).toBe(2);
});

test('a photo that comes later is not passed over because of another’s copy', async () => {
  const out = temporaryFolder();
  await writeFile(join(out, 'b.jpg'), '');
  // Whose copy is it? b.png’s, from before b.jpg was there: both are made.
  const both = await planOutputs('/album', out, ['/album/b.jpg', '/album/b.png'], 'jpeg', false);
  expect(both.alreadyThere).toBe(0);
  expect(names(both.planned, out)).toEqual(['b', 'b-png']);
  await writeFile(join(out, 'b-png.jpg'), '');
  expect((await planOutputs('/album', out, ['/album/b.jpg', '/album/b.png'], 'jpeg', false)).alreadyThere).toBe(2);
});

test('copies like their originals have the endings of what these are, whatever they are called', async () => {
  const [album, out] = [temporaryFolder(), temporaryFolder()];
  await writePhoto(album, 'a.png', { format: 'png', width: 8, height: 8 });
  await copyFile(samplePhoto('cat'), join(album, 'a.jpg'));
  await copyFile(samplePhoto('cat'), join(album, 'called.png'));
  await writeFile(join(out, 'a.png'), '');
  await writeFile(join(out, 'called.png'), '');
  const { planned, alreadyThere } = await planOutputs(album, out, ['a.jpg', 'a.png', 'called.png'].map((name) => join(album, name)), 'same', false); // prettier-ignore
  expect(alreadyThere).toBe(1);
  expect(planned.map(({ source }) => source)).toEqual([join(album, 'a.jpg'), join(album, 'called.png')]);
  expect(names(planned, out)).toEqual(['a', 'called']);
  expect(planned.map(({ noiseStem }) => noiseStem)).toEqual(['a-jpg', 'called']);
});
