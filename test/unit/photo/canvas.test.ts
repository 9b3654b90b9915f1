import { afterAll, describe, expect, it } from 'vitest';
import { canvasSize, closePhotoLibrary, inspectPhoto, readCanvas } from '../../../engine/photo/index.ts';
import type { Canvas } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { decodePhoto, samplePhoto, writePhoto } from '../../fixtures/photos.ts';
import type { PhotoRecipe } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

let files = 0;
const original = (recipe: PhotoRecipe): Promise<string> => writePhoto(folder, `photo-${(files += 1)}`, recipe);
const size = { shortEdge: 60, longEdge: 240 };

/** Mean distance of two canvases in 1/255. */
function distance(a: Canvas, b: Canvas): number {
  expect([b.width, b.height]).toEqual([a.width, a.height]);
  return (
    (a.pixels.reduce((sum, value, index) => sum + Math.abs(value - (b.pixels[index] ?? 0)), 0) / a.pixels.length) * 255
  );
}

describe('the canvas size', () => {
  it.each([
    [6000, 4000, 384, 256],
    [4000, 6000, 256, 384],
    [256, 256, 256, 256],
    [100, 50, 512, 256],
    [1, 1, 256, 256],
    [10_000, 1000, 1024, 102],
    [1_000_000, 10, 1024, 1],
    [3, 60_000, 1, 1024],
  ])('of %i × %i is %i × %i', (width, height, canvasWidth, canvasHeight) => {
    expect(canvasSize(width, height, { shortEdge: 256, longEdge: 1024 })).toEqual({
      width: canvasWidth,
      height: canvasHeight,
    });
  });
});

describe('the canvas', () => {
  it('holds the photo’s colours, channel by channel', async () => {
    const path = await original({ format: 'png', width: 80, height: 60 });
    const decoded = await decodePhoto(path);
    const canvas = await readCanvas(path, size);
    expect([canvas.width, canvas.height]).toEqual([80, 60]);
    for (let pixel = 0; pixel < 80 * 60; pixel += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        const sample = (decoded.samples[pixel * 3 + channel] ?? 0) / 255;
        expect(canvas.pixels[channel * 80 * 60 + pixel]).toBeCloseTo(sample, 6);
      }
    }
  });

  it.each([2, 3, 4, 5, 6, 7, 8])('is upright for orientation %i', async (orientation) => {
    const path = await original({ of: 'astronaut', format: 'jpeg', width: 80, height: 60, orientation });
    const plain = await readCanvas(await original({ of: 'astronaut', format: 'jpeg', width: 80, height: 60 }), size);
    const turned = await readCanvas(path, size);
    const swapped = orientation >= 5;
    expect([turned.width, turned.height]).toEqual(swapped ? [60, 80] : [80, 60]);
    // Where the stored top left corner is seen, by the definition of the tag.
    const seenRight = [2, 3, 6, 7].includes(orientation);
    const seenBottom = [3, 4, 7, 8].includes(orientation);
    const x = seenRight ? turned.width - 1 : 0;
    const y = seenBottom ? turned.height - 1 : 0;
    for (let channel = 0; channel < 3; channel += 1) {
      const corner = turned.pixels[(channel * turned.height + y) * turned.width + x] ?? 0;
      expect(corner).toBeCloseTo(plain.pixels[channel * plain.width * plain.height] ?? 1, 6);
    }
  });

  it('is the same photo whatever the file’s depth, profile or colour space', async () => {
    const of = 'coffee-cup';
    const plain = await readCanvas(await original({ of, format: 'png' }), size);
    const variants: [PhotoRecipe, number][] = [
      [{ of, format: 'png', bitDepth: 16 }, 1],
      [{ of, format: 'tiff', bitDepth: 16 }, 1],
      [{ of, format: 'png', profile: 'p3' }, 1.5],
      [{ of, format: 'png', bitDepth: 16, profile: 'p3' }, 1.5],
      [{ of, format: 'webp', lossless: true }, 0.01],
      [{ of, format: 'avif', lossless: true }, 0.01],
      [{ of, format: 'jpeg', quality: 98 }, 2],
      [{ of, format: 'jpeg', progressive: true, quality: 98 }, 2],
      [{ of, format: 'jpeg', colour: 'cmyk', quality: 98 }, 8],
    ];
    for (const [recipe, tolerance] of variants) {
      expect(distance(plain, await readCanvas(await original(recipe), size)), JSON.stringify(recipe)).toBeLessThan(
        tolerance,
      );
    }
  });

  it('of a P3 photo would be wrong without its profile', async () => {
    const of = 'coffee-cup';
    const path = await original({ of, format: 'png', profile: 'p3' });
    const { samples, width, height } = await decodePhoto(path);
    const canvas = await readCanvas(path, { shortEdge: height, longEdge: width });
    let sum = 0;
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      sum += Math.abs((samples[pixel * 3] ?? 0) - (canvas.pixels[pixel] ?? 0) * 255);
    }
    expect(sum / (width * height)).toBeGreaterThan(4);
  });

  it('of a grey photo has three equal channels', async () => {
    const { pixels, width, height } = await readCanvas(await original({ format: 'jpeg', colour: 'grey' }), size);
    expect(pixels.slice(0, width * height)).toEqual(pixels.slice(2 * width * height));
  });

  it('shows transparency on white', async () => {
    for (const bitDepth of [8, 16] as const) {
      const { pixels } = await readCanvas(await original({ format: 'png', alpha: true, bitDepth }), size);
      expect(pixels[0]).toBeCloseTo(1, 3);
    }
  });

  it('of one pixel is enlarged', async () => {
    const path = await original({ format: 'png', width: 1, height: 1 });
    const decoded = await decodePhoto(path);
    const canvas = await readCanvas(path, size);
    expect([canvas.width, canvas.height]).toEqual([60, 60]);
    expect(canvas.pixels[3599]).toBeCloseTo((decoded.samples[0] ?? 0) / 255, 2);
  });

  it('stays within [0, 1]', async () => {
    const { pixels } = await readCanvas(samplePhoto('galaxies'), { shortEdge: 100, longEdge: 400 });
    expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...pixels)).toBeLessThanOrEqual(1);
  });

  it('decoded at an eighth is the whole picture scaled', async () => {
    const path = samplePhoto('canyon-wren');
    const small = await readCanvas(path, { shortEdge: 100, longEdge: 400 });
    const large = await readCanvas(path, { shortEdge: 1000, longEdge: 4000 });
    const [sx, sy] = [large.width / small.width, large.height / small.height];
    let sum = 0;
    for (let y = 0; y < small.height; y += 1) {
      for (let x = 0; x < small.width; x += 1) {
        let mean = 0;
        const [left, top] = [Math.floor(x * sx), Math.floor(y * sy)];
        for (let j = 0; j < 10; j += 1)
          for (let i = 0; i < 10; i += 1) mean += (large.pixels[(top + j) * large.width + left + i] ?? 0) / 100;
        sum += Math.abs(mean - (small.pixels[y * small.width + x] ?? 0));
      }
    }
    expect((sum / (small.width * small.height)) * 255).toBeLessThan(2.5);
  });
});

describe('a photo’s header', () => {
  it('tells what the file is', async () => {
    expect(await inspectPhoto(samplePhoto('river-otter'))).toMatchObject({
      format: 'jpeg',
      width: 1920,
      height: 1080,
      orientation: 1,
      bitDepth: 8,
      colour: 'rgb',
      hasAlpha: false,
      hasProfile: true,
      takenAt: '2013-10-27T12:57:04',
    });
    const path = await original({ format: 'tiff', bitDepth: 16, alpha: true, orientation: 6 });
    expect(await inspectPhoto(path)).toMatchObject({
      format: 'tiff',
      width: 120,
      height: 90,
      orientation: 6,
      bitDepth: 16,
      hasAlpha: true,
      hasProfile: false,
      takenAt: null,
    });
    expect((await inspectPhoto(await original({ format: 'jpeg', colour: 'cmyk' }))).colour).toBe('cmyk');
    expect((await inspectPhoto(await original({ format: 'png', colour: 'grey' }))).colour).toBe('grey');
  });
});
