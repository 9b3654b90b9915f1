import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type * as Limits from '../../../engine/photo/limits.ts';
import { closePhotoLibrary, measureVisibility, renderCopy } from '../../../engine/photo/index.ts';
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
