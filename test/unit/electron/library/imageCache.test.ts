import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ImageCache } from '../../../../electron/library/imageCache.ts';
import { temporaryFolder } from '../support/folders.ts';

function maker(text: string): { make: (path: string) => Promise<void>; times: () => number } {
  let times = 0;
  return {
    make: async (path) => {
      times++;
      await Promise.resolve();
      writeFileSync(path, text);
    },
    times: () => times,
  };
}

test('makes a picture once, also when two ask at the same time', async () => {
  const cache = new ImageCache(join(temporaryFolder(), 'thumbs'), 1000);
  const { make, times } = maker('abc');
  const [one, two] = await Promise.all([cache.get('a.webp', make), cache.get('a.webp', make)]);
  expect(one).toBe(two);
  expect(readFileSync(await cache.get('a.webp', make), 'utf8')).toBe('abc');
  expect(times()).toBe(1);
});

test('knows what an earlier run has made', async () => {
  const folder = temporaryFolder();
  const { make, times } = maker('abc');
  await new ImageCache(folder, 1000).get('a.webp', make);
  await new ImageCache(folder, 1000).get('a.webp', make);
  expect(times()).toBe(1);
});

test('makes a picture again that somebody has removed', async () => {
  const folder = temporaryFolder();
  const cache = new ImageCache(folder, 1000);
  const { make, times } = maker('abc');
  const path = await cache.get('a.webp', make);
  rmSync(path);
  expect(existsSync(await cache.get('a.webp', make))).toBe(true);
  expect(times()).toBe(2);
});

test('lets the longest unused go when it is full, never the one asked for', async () => {
  const folder = temporaryFolder();
  const { make } = maker('x'.repeat(100));
  for (const name of ['old', 'middle', 'new']) await new ImageCache(folder, 10_000).get(name, make);
  await utimes(join(folder, 'old'), 1, 1);
  await utimes(join(folder, 'middle'), 2, 2);
  const cache = new ImageCache(folder, 350);
  await cache.get('old', make);
  await cache.get('another', make);
  expect(readdirSync(folder).sort()).toEqual(['another', 'new', 'old']);
});

test('a failure is not kept', async () => {
  const cache = new ImageCache(temporaryFolder(), 1000);
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const { make, times } = maker('abc');
  await cache.get('a', make);
  expect(times()).toBe(1);
});
