import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUpload, UploadedPhoto, type Upload } from '../../../engine/evaluate/uploads.ts';
import { closePhotoLibrary, readCanvas, type Canvas } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writePhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
const SIZE = { shortEdge: 72, longEdge: 96 };
let photo: string;
beforeAll(async () => {
  photo = await writePhoto(folder, 'cat.png', { of: 'cat', format: 'png', width: 160, height: 120 });
});
afterAll(() => closePhotoLibrary());

const upload = (name: Upload): Promise<Canvas> => new UploadedPhoto(photo, SIZE).after(name);

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

  it('filter every sample with its neighbours, edges repeated', async () => {
    const [plain, mean, median, gaussian] = [
      await upload('none'),
      await upload('mean'),
      await upload('median'),
      await upload('gaussian'),
    ];
    const { width, height } = plain;
    const nineAt = (x: number, y: number): number[] =>
      [-1, 0, 1].flatMap((dy) =>
        [-1, 0, 1].map((dx) => {
          const [row, column] = [Math.min(height - 1, Math.max(0, y + dy)), Math.min(width - 1, Math.max(0, x + dx))];
          return plain.pixels[row * width + column] ?? NaN;
        }),
      );
    for (const [x, y] of [
      [0, 0],
      [width - 1, 20],
      [33, height - 1],
      [40, 30],
    ] as const) {
      const nine = nineAt(x, y);
      const at = y * width + x;
      expect(mean.pixels[at]).toBeCloseTo(nine.reduce((a, b) => a + b) / 9, 5);
      expect(median.pixels[at]).toBeCloseTo(nine.toSorted((a, b) => a - b)[4] ?? NaN, 5);
      const weighted = nine.reduce(
        (sum, sample, i) => sum + (sample * (2 - Math.abs((i % 3) - 1)) * (i < 3 || i > 5 ? 1 : 2)) / 16,
        0,
      );
      expect(gaussian.pixels[at]).toBeCloseTo(weighted, 5);
    }
  });

  it('keep as many levels as bits allow', async () => {
    const levels = new Set((await upload('bits-3')).pixels);
    expect([...levels].every((level) => Math.abs(level * 7 - Math.round(level * 7)) < 1e-5)).toBe(true);
    expect(levels.size).toBeGreaterThan(4);
  });

  it('cut out the middle at the resolution of the file', async () => {
    const crop = await upload('crop');
    const plain = await upload('none');
    expect([crop.width, crop.height]).toEqual([plain.width, plain.height]);
    const twice = await readCanvas(photo, { shortEdge: 2 * SIZE.shortEdge, longEdge: 2 * SIZE.longEdge });
    expect(crop.pixels[0]).toBe(twice.pixels[(twice.height / 4) * twice.width + twice.width / 4]);
  });

  it('lose more detail at a quarter than at half, and more by WebP 10 than by WebP 90', async () => {
    const plain = await upload('none');
    const loss = async (name: Upload): Promise<number> => meanDifference(await upload(name), plain);
    expect(await loss('quarter')).toBeGreaterThan(await loss('half'));
    expect(await loss('webp-10')).toBeGreaterThan(await loss('webp-90'));
    expect(await loss('social')).toBeGreaterThan(0);
  });

  it('are the same in whatever order they are asked for', async () => {
    const one = new UploadedPhoto(photo, SIZE);
    await one.after('jpeg-10');
    expect((await one.after('half')).pixels).toEqual((await upload('half')).pixels);
    expect((await one.after('none')).pixels).toEqual((await readCanvas(photo, SIZE)).pixels);
  });

  it('are known by their names', () => {
    const names = ['none', 'grey', 'half', 'social', 'median', 'jpeg-1', 'jpeg-100', 'webp-50', 'bits-4'];
    expect(names.map(parseUpload)).toEqual(names);
    for (const wrong of ['', 'jpeg', 'jpeg-0', 'jpeg-101', 'jpeg-5.5', 'Grey', 'webp-0', 'bits-8']) {
      expect(() => parseUpload(wrong)).toThrow(expect.objectContaining({ code: 'bad-setting' }));
    }
  });
});
