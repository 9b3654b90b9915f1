import { copyFileSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listAlbums } from '../../../engine/evaluate/albums.ts';
import { splitAlbums, type SplitAlbum } from '../../../engine/evaluate/split.ts';
import type { Failure } from '../../../engine/errors.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const folder = temporaryFolder();

/** Files with contents of their own; the split looks at nothing else. */
function writeAlbum(root: string, name: string, contents: readonly string[], prefix = 'photo'): void {
  mkdirSync(join(root, name), { recursive: true });
  contents.forEach((content, i) => writeFileSync(join(root, name, `${prefix}${i}.jpg`), content));
}

const contents = (of: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${of} ${i}`);

async function splitOf(root: string, perAlbum: number | null = null, skipped: Failure[] = []): Promise<SplitAlbum[]> {
  return splitAlbums(await listAlbums(root, []), perAlbum, skipped);
}

const hashes = (photos: SplitAlbum['training']): string[] => photos.map(({ sha256 }) => sha256);

describe('listing albums', () => {
  it('takes every sub-folder with photos for one, with what lies deeper, and passes over the rest', async () => {
    const root = join(folder, 'listing');
    writeAlbum(root, 'b', ['1', '2']);
    writeAlbum(root, 'a', ['3']);
    writeAlbum(join(root, 'a'), 'deeper', ['4']);
    writeAlbum(root, '.hidden', ['5']);
    mkdirSync(join(root, 'empty'));
    writeFileSync(join(root, 'loose.jpg'), '6');
    writeFileSync(join(root, 'b', 'notes.txt'), '7');
    const albums = await listAlbums(root, []);
    expect(albums.map(({ name, photos }) => [name, photos.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });

  it('says what is wrong with the folder', async () => {
    const root = join(folder, 'wrong');
    writeAlbum(root, 'only', ['1']);
    await expect(listAlbums(root, [])).rejects.toMatchObject({
      code: 'bad-setting',
      problem: /only one sub-folder.*: only\./,
    });
    await expect(listAlbums(join(root, 'only'), [])).rejects.toMatchObject({ problem: /no sub-folder with photos/ });
    await expect(listAlbums(join(root, 'missing'), [])).rejects.toMatchObject({ code: 'vanished' });
    await expect(listAlbums(join(root, 'only', 'photo0.jpg'), [])).rejects.toMatchObject({
      problem: /is not a folder/,
    });
  });
});

describe('the split', () => {
  it('holds out a fifth of each album and trains on none of it', async () => {
    const root = join(folder, 'share');
    writeAlbum(root, 'a', contents('a', 20));
    writeAlbum(root, 'b', contents('b', 31));
    const [a, b] = await splitOf(root);
    expect([a?.heldOut.length, a?.training.length]).toEqual([4, 16]);
    expect([b?.heldOut.length, b?.training.length]).toEqual([6, 25]);
    const all = [a, b].flatMap((each) => (each ? [...hashes(each.training), ...hashes(each.heldOut)] : []));
    expect(new Set(all).size).toBe(51);
  });

  it('depends on what photos contain, not on their names', async () => {
    const [first, second] = [join(folder, 'names1'), join(folder, 'names2')];
    for (const album of ['a', 'b']) {
      writeAlbum(first, album, contents(album, 12));
      writeAlbum(second, album, contents(album, 12).reverse(), 'IMG_');
    }
    const [one, two] = [await splitOf(first), await splitOf(second)];
    expect(one.map(({ heldOut }) => hashes(heldOut))).toEqual(two.map(({ heldOut }) => hashes(heldOut)));
    expect(one[0]?.heldOut.map(({ path }) => basename(path))).not.toEqual(
      two[0]?.heldOut.map(({ path }) => basename(path)),
    );
  });

  it('counts a photo once that is there twice, in one album or in two', async () => {
    const root = join(folder, 'twice');
    writeAlbum(root, 'a', contents('a', 15));
    writeAlbum(root, 'b', contents('b', 15));
    for (const name of ['copy1.jpg', 'copy2.jpg']) copyFileSync(join(root, 'a', 'photo3.jpg'), join(root, 'a', name));
    copyFileSync(join(root, 'a', 'photo4.jpg'), join(root, 'b', 'copy.jpg'));
    const split = await splitOf(root);
    expect(split.map(({ training, heldOut }) => training.length + heldOut.length)).toEqual([15, 15]);
  });

  it('takes no more of an album than it is told to, and the same ones each time', async () => {
    const root = join(folder, 'limit');
    writeAlbum(root, 'a', contents('a', 30));
    writeAlbum(root, 'b', contents('b', 30));
    const [whole, part, again] = [await splitOf(root), await splitOf(root, 15), await splitOf(root, 15)];
    expect([part[0]?.training.length, part[0]?.heldOut.length]).toEqual([12, 3]);
    expect(part.map(({ training }) => hashes(training))).toEqual(again.map(({ training }) => hashes(training)));
    expect(hashes(whole[0]?.heldOut ?? [])).toEqual(expect.arrayContaining(hashes(part[0]?.heldOut ?? [])));
  });

  it('leaves out a photo that cannot be read, and says so', async () => {
    const root = join(folder, 'unreadable');
    writeAlbum(root, 'a', contents('a', 12));
    writeAlbum(root, 'b', contents('b', 11));
    const albums = await listAlbums(root, []);
    const [first = '', second = ''] = albums[1]?.photos ?? [];
    unlinkSync(first);
    const skipped: Failure[] = [];
    const split = await splitAlbums(albums, null, skipped);
    expect(split.map(({ training, heldOut }) => training.length + heldOut.length)).toEqual([12, 10]);
    expect(skipped).toMatchObject([{ code: 'vanished', file: first }]);
    unlinkSync(second);
    await expect(splitAlbums(albums, null, [])).rejects.toMatchObject({
      code: 'bad-setting',
      problem: /album b has only 9 .*photo1\.jpg/,
    });
  });

  it('refuses albums that are too small to tell anything', async () => {
    const root = join(folder, 'small');
    writeAlbum(root, 'a', contents('a', 12));
    writeAlbum(root, 'b', contents('b', 9));
    await expect(splitOf(root)).rejects.toMatchObject({ code: 'bad-setting', problem: /album b has only 9/ });
    await expect(splitOf(root, 5)).rejects.toMatchObject({ code: 'bad-setting', remedy: /at least 10/ });
  });
});
