import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type * as Limits from '../../../engine/photo/limits.ts';
import { closePhotoLibrary, measureVisibility, readCanvas, renderCopy } from '../../../engine/photo/index.ts';
import type { Figures, RenderOptions, Visibility } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { greyProfile } from '../../fixtures/greyProfile.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { writePhoto } from '../../fixtures/photos.ts';
import type { PhotoRecipe } from '../../fixtures/photos.ts';

const held = vi.hoisted(() => ({ bytes: 0 }));
vi.mock('../../../engine/photo/limits.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof Limits>()),
  get MAX_HELD_BYTES() {
    return held.bytes;
  },
}));

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

const keep: RenderOptions = {
  format: 'same',
  quality: 92,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};
const attach = { 'icc-profile-data': greyProfile() };

describe('a copy does not depend on what was held in memory while it was made', () => {
  it.each<[string, PhotoRecipe, Partial<RenderOptions>]>([
    ['a JPEG', { format: 'jpeg', orientation: 6 }, {}],
    ['a JPEG whose pixels are turned', { format: 'jpeg', orientation: 6 }, { format: 'png' }],
    ['a WebP, which is always decoded whole', { format: 'webp' }, {}],
    ['16 bits', { format: 'png', bitDepth: 16 }, {}],
    ['alpha', { format: 'tiff', alpha: true }, {}],
    ['grey', { format: 'png', colour: 'grey' }, {}],
    ['grey with alpha, 16 bits', { format: 'png', colour: 'grey', alpha: true, bitDepth: 16 }, {}],
    ['grey that its profile makes RGB', { format: 'png', colour: 'grey', attach }, { colour: 'srgb' }],
    ['CMYK', { format: 'jpeg', colour: 'cmyk' }, {}],
  ])('%s', async (name, recipe, options) => {
    const path = await writePhoto(folder, name, recipe);
    const noise = makeNoise(40, 30, 8);
    const all = { ...keep, ...options };
    const made = async (bytes: number): Promise<{ file: string; figures: Figures; visibility: Visibility }> => {
      held.bytes = bytes;
      const { path: copy, figures } = await renderCopy(path, noise, all, `${folder}/${name}-copy-${bytes}`);
      const file = readFileSync(copy).toString('base64');
      return { file, figures, visibility: await measureVisibility(path, noise, all) };
    };
    const withoutHolding = await made(0);
    expect(withoutHolding.figures.maxAbs).toBeGreaterThan(4);
    expect(await made(Number.MAX_SAFE_INTEGER)).toEqual(withoutHolding);
  });
});

describe('a photo that is too large to be held in memory', () => {
  it('passes through in strips, with the same result', async () => {
    held.bytes = 0;
    const size = { width: 1400, height: 1000 };
    const path = await writePhoto(folder, 'large', {
      of: 'lake-sherburne',
      format: 'jpeg',
      orientation: 6,
      midRange: true,
      ...size,
    });
    const noise = makeNoise(50, 70, 8);
    const copy = await renderCopy(path, noise, keep, `${folder}/large-copy`);
    expect(copy).toMatchObject(size);
    expect(copy.figures.maxAbs).toBe(8);
    // The noise as a viewer sees it, from both files scaled to the canvas.
    const [x, p] = [
      await readCanvas(path, { shortEdge: 50, longEdge: 70 }),
      await readCanvas(copy.path, { shortEdge: 50, longEdge: 70 }),
    ];
    expect([p.width, p.height]).toEqual([50, 70]);
    let [product, ours, theirs] = [0, 0, 0];
    noise.samples.forEach((sample, index) => {
      const planar = (index % 3) * 50 * 70 + Math.floor(index / 3);
      const seen = (p.pixels[planar] ?? 0) - (x.pixels[planar] ?? 0);
      product += sample * seen;
      ours += sample * sample;
      theirs += seen * seen;
    });
    expect(product / Math.sqrt(ours * theirs)).toBeGreaterThan(0.9);
  });
});
