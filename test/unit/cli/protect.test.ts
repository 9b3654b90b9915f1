import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { protectCommand } from '../../../engine/cli/protect.ts';
import { runOf } from '../../fixtures/command.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { writePhoto } from '../../fixtures/photos.ts';

const run = runOf(protectCommand);
const generator = temporaryFolder();
let [folder, album, out] = ['', '', ''];

beforeAll(() => writeSmallGenerator(generator));
beforeEach(async () => {
  folder = temporaryFolder();
  [album, out] = [join(folder, 'album'), join(folder, 'copies')];
  mkdirSync(join(album, 'sub'), { recursive: true });
  await writePhoto(album, 'a.png', { format: 'png', width: 40, height: 30 });
  await writePhoto(join(album, 'sub'), 'b.jpg', { format: 'jpeg', width: 30, height: 40 });
});

const protect = (...more: string[]) =>
  run(album, '--out', out, '--generator', generator, '--runtime', 'onnx/cpu', '--threads', '1', ...more);

const digests = (): string[] =>
  readdirSync(album, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);

/** What lies below a folder. */
const below = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();

describe('protect', () => {
  test('writes copies and noise beside the album, passes over what is there, and leaves the originals alone', async () => {
    const before = digests();
    const noise = join(folder, 'noise');
    const { code, out: json } = await protect('--save-noise', noise, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(json)).toMatchObject({ summary: { done: 2, failed: 0, alreadyThere: 0, notBegun: 0 } });
    expect(below(out)).toEqual(['a.png', join('sub', 'b.jpg')]);
    expect(below(noise)).toEqual(['a.png', join('sub', 'b.png')]);
    expect(digests()).toEqual(before);

    // A link to the copies is no way round: they are not protected again.
    symlinkSync(out, join(album, 'link'));
    const again = await protect();
    expect(again.err).toContain('2 copies are already there');
    expect(again.err).toContain('0 protected, 0 failed');
    expect(below(out)).toEqual(['a.png', join('sub', 'b.jpg')]);
  });

  test('removes what a killed run has left of a copy, and nothing that may still be written', async () => {
    mkdirSync(out);
    const [old, fresh] = ['old', 'fresh'].map((name) => join(out, `.stillgrain-${name}.part`));
    for (const path of [old, fresh]) writeFileSync(path ?? '', '');
    utimesSync(old ?? '', 0, 0);
    await protect();
    expect(readdirSync(out).filter((name) => name.endsWith('.part'))).toEqual(['.stillgrain-fresh.part']);
  });

  test.each([
    [
      'copies in the album',
      () => ['--out', join(album, 'protected')],
      'The copies would be written among the originals.',
    ],
    ['copies around the album', () => ['--out', folder], 'The copies would be written among the originals.'],
    ['noise in the album', () => ['--save-noise', album], 'The noise would be written among the originals.'],
    ['noise around the album', () => ['--save-noise', folder], 'The noise would be written among the originals.'],
    [
      'noise among the copies',
      () => ['--save-noise', join(out, 'noise')],
      'The noise would be written among the copies.',
    ],
  ])('refuses %s, and makes no folder', async (_, options, sentence) => {
    const before = [digests(), readdirSync(folder)];
    const { code, err } = await protect(...options());
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect([digests(), readdirSync(folder)]).toEqual(before);
    expect(existsSync(join(album, 'protected'))).toBe(false);
  });

  test('says in a sentence what is in the way of a sub-folder, and does the rest', async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'sub'), 'a file');
    const { code, err } = await protect();
    expect(code).toBe(1);
    expect(err).toContain('The folder “sub” could not be made: a file has its name');
    expect(err).not.toMatch(/unexpected|EEXIST|ENOTDIR/);
    expect(existsSync(join(out, 'a.png'))).toBe(true);
  });

  test('refuses a strength that would leave photos of 8 bits as they are', async () => {
    await expect(protect('--strength', '0.5/255')).rejects.toThrow();
    expect(existsSync(out)).toBe(false);
  });
});
