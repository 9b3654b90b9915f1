import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, makeThumbnail, makeViewable } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { decodePhoto, samplePhoto, writePhoto } from '../../fixtures/photos.ts';
import type { DecodedPhoto, PhotoRecipe } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

let files = 0;
const original = (recipe: PhotoRecipe): Promise<string> => writePhoto(folder, `photo-${(files += 1)}`, recipe);

async function decoded(bytes: Uint8Array): Promise<DecodedPhoto> {
  const path = `${folder}/shown-${(files += 1)}`;
  writeFileSync(path, bytes);
  return decodePhoto(path);
}

function meanDistance(a: DecodedPhoto, b: DecodedPhoto): number {
  expect([b.width, b.height, b.bands]).toEqual([a.width, a.height, a.bands]);
  let sum = 0;
  for (let index = 0; index < a.samples.length; index += 1) {
    sum += Math.abs((a.samples[index] ?? 0) - (b.samples[index] ?? 0));
  }
  return sum / a.samples.length;
}

describe('a thumbnail', () => {
  it.each([
    ['river-otter', 320, [320, 180]],
    ['canyon-wren', 100, [100, 56]],
    ['cat', 2000, [451, 300]],
  ] as const)('of %s at %i pixels is %j', async (name, edge, size) => {
    const bytes = await makeThumbnail(samplePhoto(name), edge);
    expect(Buffer.from(bytes.subarray(8, 12)).toString()).toBe('WEBP');
    const thumbnail = await decoded(bytes);
    expect([thumbnail.width, thumbnail.height]).toEqual(size);
    expect(thumbnail.fields.filter((field) => /exif|icc|xmp/.test(field))).toEqual([]);
  });

  it('is upright', async () => {
    const recipe = { of: 'astronaut', format: 'jpeg', orientation: 6 } as const;
    const thumbnail = await decoded(await makeThumbnail(await original(recipe), 60));
    expect([thumbnail.width, thumbnail.height]).toEqual([45, 60]);
  });

  it('of a transparent, 16-bit, grey, CMYK or one-pixel photo can be made', async () => {
    const recipes: PhotoRecipe[] = [
      { format: 'png', alpha: true },
      { format: 'png', bitDepth: 16, alpha: true, profile: 'p3' },
      { format: 'tiff', bitDepth: 16, colour: 'grey' },
      { format: 'jpeg', colour: 'grey' },
      { format: 'jpeg', colour: 'cmyk' },
      { format: 'avif' },
      { format: 'png', width: 1, height: 1 },
    ];
    for (const recipe of recipes) {
      expect((await decoded(await makeThumbnail(await original(recipe), 60))).bitDepth, JSON.stringify(recipe)).toBe(8);
    }
  });
});

describe('what a browser is given', () => {
  it.each<[PhotoRecipe, string]>([
    [{ format: 'jpeg' }, 'image/jpeg'],
    [{ format: 'jpeg', colour: 'grey', orientation: 6 }, 'image/jpeg'],
    [{ format: 'png', alpha: true, profile: 'p3' }, 'image/png'],
    [{ format: 'png', orientation: 6 }, 'image/png'],
    [{ format: 'webp' }, 'image/webp'],
    [{ format: 'avif' }, 'image/avif'],
  ])('of %j are its own bytes', async (recipe, mime) => {
    const path = await original(recipe);
    const viewable = await makeViewable(path);
    expect(viewable.mime).toBe(mime);
    expect(readFileSync(path).equals(Buffer.from(viewable.bytes))).toBe(true);
  });

  it.each<[PhotoRecipe, number]>([
    [{ format: 'tiff' }, 0.01],
    [{ format: 'tiff', bitDepth: 16 }, 1],
    [{ format: 'png', bitDepth: 16 }, 1],
    [{ format: 'tiff', profile: 'p3' }, 1.5],
    [{ format: 'jpeg', colour: 'cmyk', quality: 98 }, 8],
  ])('of %j is an sRGB PNG of 8 bits that looks the same', async (recipe, tolerance) => {
    const of = 'coffee-cup';
    const viewable = await makeViewable(await original({ ...recipe, of }));
    expect(viewable.mime).toBe('image/png');
    const shown = await decoded(viewable.bytes);
    expect(shown.profile).toBeNull();
    expect(meanDistance(await decodePhoto(await original({ of, format: 'png' })), shown)).toBeLessThan(tolerance);
  });

  it.each(['tiff', 'webp'] as const)('of a turned %s stands upright', async (format) => {
    const shown = await decoded((await makeViewable(await original({ format, orientation: 8 }))).bytes);
    expect([shown.width, shown.height, shown.orientation]).toEqual([90, 120, 1]);
  });
});
