import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUpload } from '../../../engine/evaluate/settings.ts';
import type { Upload } from '../../../engine/evaluate/types.ts';
import { readUploaded } from '../../../engine/evaluate/uploads.ts';
import { closePhotoLibrary, type Canvas } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writePhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
const work = join(folder, 'work');
const SIZE = { shortEdge: 72, longEdge: 96 };
let photo: string;
beforeAll(async () => {
  mkdirSync(work);
  photo = await writePhoto(folder, 'cat.png', { of: 'cat', format: 'png', width: 160, height: 120 });
});
afterAll(() => closePhotoLibrary());

const upload = (name: Upload): Promise<Canvas> => readUploaded(photo, name, SIZE, work);

function meanDifference(a: Canvas, b: Canvas): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.pixels.reduce((sum, value, i) => sum + Math.abs(value - (b.pixels[i] ?? NaN)), 0) / a.pixels.length;
}

describe('uploads', () => {
  it('turn a picture grey and leave its luma as it was', async () => {
    const [plain, grey] = [await upload('none'), await upload('grey')];
    const area = grey.width * grey.height;
    expect(grey.pixels.subarray(0, area)).toEqual(grey.pixels.subarray(area, 2 * area));
    expect(grey.pixels.subarray(0, area)).toEqual(grey.pixels.subarray(2 * area));
    const i = 37 * grey.width + 41;
    const [r = NaN, g = NaN, b = NaN] = [0, 1, 2].map((channel) => plain.pixels[channel * area + i]);
    expect(grey.pixels[i]).toBeCloseTo(0.299 * r + 0.587 * g + 0.114 * b, 5);
  });

  it('lose the more the lower the quality', async () => {
    const plain = await upload('none');
    const [high, low] = [
      meanDifference(await upload('jpeg-90'), plain),
      meanDifference(await upload('jpeg-10'), plain),
    ];
    expect(high).toBeGreaterThan(0);
    expect(low).toBeGreaterThan(2 * high);
    expect(low).toBeLessThan(0.1);
  });

  it('lose detail at half the size, but keep the picture', async () => {
    const difference = meanDifference(await upload('half'), await upload('none'));
    expect(difference).toBeGreaterThan(0.001);
    expect(difference).toBeLessThan(0.1);
  });

  it('leave no file behind', async () => {
    await Promise.all([upload('half'), upload('jpeg-50')]);
    expect(readdirSync(work)).toEqual([]);
  });

  it('are known by their names', () => {
    expect(['none', 'grey', 'half', 'jpeg-1', 'jpeg-100'].map(parseUpload)).toEqual([
      'none',
      'grey',
      'half',
      'jpeg-1',
      'jpeg-100',
    ]);
    for (const wrong of ['', 'jpeg', 'jpeg-0', 'jpeg-101', 'jpeg-5.5', 'Grey', 'webp-50']) {
      expect(() => parseUpload(wrong)).toThrow(expect.objectContaining({ code: 'bad-setting' }));
    }
  });
});
