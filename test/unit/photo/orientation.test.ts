import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, renderCopy } from '../../../engine/photo/index.ts';
import type { NoiseCanvas, RenderOptions } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { decodePhoto, writePhoto } from '../../fixtures/photos.ts';
import type { DecodedPhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

const options: RenderOptions = {
  format: 'same',
  quality: 100,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};

/** Where the stored pixel (column, row) of a w × h file is seen, by the definition of the EXIF tag. */
function seenAt(orientation: number, column: number, row: number, w: number, h: number): [x: number, y: number] {
  switch (orientation) {
    case 2: // row 0 is the visual top, column 0 the visual right
      return [w - 1 - column, row];
    case 3: // bottom, right
      return [w - 1 - column, h - 1 - row];
    case 4: // bottom, left
      return [column, h - 1 - row];
    case 5: // row 0 is the visual left, column 0 the visual top
      return [row, column];
    case 6: // right, top
      return [h - 1 - row, column];
    case 7: // right, bottom
      return [h - 1 - row, w - 1 - column];
    case 8: // left, bottom
      return [row, w - 1 - column];
    default:
      return [column, row];
  }
}

/** δ in 1/255 at the pixel (x, y) of an upright picture: bilinear between the centres of the canvas's pixels. */
function noiseAt(
  noise: NoiseCanvas,
  channel: number,
  [x, y]: readonly [number, number],
  [width, height]: readonly [number, number],
): number {
  const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value));
  const u = ((x + 0.5) * noise.width) / width - 0.5;
  const v = ((y + 0.5) * noise.height) / height - 0.5;
  const sample = (column: number, row: number): number =>
    noise.samples[(clamp(row, noise.height - 1) * noise.width + clamp(column, noise.width - 1)) * 3 + channel] ?? 0;
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [du, dv] = [u - left, v - top];
  const above = sample(left, top) * (1 - du) + sample(left + 1, top) * du;
  const below = sample(left, top + 1) * (1 - du) + sample(left + 1, top + 1) * du;
  return ((above * (1 - dv) + below * dv) * noise.rhoU) / 127;
}

/** The largest distance, in sample units, between the noise that a copy has and the noise that it should have. */
function worstMiss(original: DecodedPhoto, copy: DecodedPhoto, noise: NoiseCanvas, orientation: number): number {
  const { width: w, height: h, bands } = original;
  const upright = orientation >= 5 ? ([h, w] as const) : ([w, h] as const);
  const unit = original.bitDepth === 16 ? 257 : 1;
  let worst = 0;
  for (let row = 0; row < h; row += 1) {
    for (let column = 0; column < w; column += 1) {
      const seen = seenAt(orientation, column, row, w, h);
      for (let band = 0; band < bands; band += 1) {
        const wanted = noiseAt(noise, band, seen, upright) * unit;
        const at = (row * w + column) * bands + band;
        worst = Math.max(worst, Math.abs((copy.samples[at] ?? 0) - (original.samples[at] ?? 0) - wanted));
      }
    }
  }
  return worst;
}

describe('the noise of a photo with an orientation tag', () => {
  const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

  it.each(orientations)('lands where the viewer sees it: orientation %i, PNG', async (orientation) => {
    const path = await writePhoto(folder, `png-${orientation}.png`, { format: 'png', midRange: true, orientation });
    const [width, height] = orientation >= 5 ? [30, 40] : [40, 30];
    const noise = makeNoise(width, height, 8, orientation);
    const copy = await renderCopy(path, noise, options, `${folder}/copy-png-${orientation}`);
    const decoded = await decodePhoto(copy.path);
    expect(decoded.orientation).toBe(orientation);
    // Half a unit of rounding, and what is lost in single precision.
    expect(worstMiss(await decodePhoto(path), decoded, noise, orientation)).toBeLessThan(0.51);
  });

  it.each(orientations)('and in 16-bit TIFF: orientation %i', async (orientation) => {
    const recipe = { format: 'tiff', bitDepth: 16, midRange: true, orientation } as const;
    const path = await writePhoto(folder, `tiff-${orientation}.tif`, recipe);
    const [width, height] = orientation >= 5 ? [33, 47] : [47, 33];
    const noise = makeNoise(width, height, 16, orientation);
    const copy = await renderCopy(path, noise, options, `${folder}/copy-tiff-${orientation}`);
    const decoded = await decodePhoto(copy.path);
    expect(decoded.orientation).toBe(orientation);
    expect(decoded.bitDepth).toBe(16);
    // libvips' bilinear weights have a resolution of 1/256 or finer.
    expect(worstMiss(await decodePhoto(path), decoded, noise, orientation)).toBeLessThan(1.5);
  });

  it.each(orientations)('and in JPEG to PNG, whose pixels are turned upright: orientation %i', async (orientation) => {
    const path = await writePhoto(folder, `jpeg-${orientation}.jpg`, { format: 'jpeg', midRange: true, orientation });
    const noise = makeNoise(30, 40, 8, orientation);
    const copy = await renderCopy(path, noise, { ...options, format: 'png' }, `${folder}/copy-jpeg-${orientation}`);
    const [stored, decoded] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(decoded.orientation).toBe(1);
    const upright = Array.from(stored.samples);
    for (let row = 0; row < stored.height; row += 1) {
      for (let column = 0; column < stored.width; column += 1) {
        const [x, y] = seenAt(orientation, column, row, stored.width, stored.height);
        for (let band = 0; band < 3; band += 1) {
          upright[(y * decoded.width + x) * 3 + band] = stored.samples[(row * stored.width + column) * 3 + band] ?? 0;
        }
      }
    }
    const original = { ...stored, width: decoded.width, height: decoded.height, samples: upright };
    expect(worstMiss(original, decoded, noise, 1)).toBeLessThan(0.51);
  });

  it('would be found out if it were not turned', async () => {
    const path = await writePhoto(folder, 'wrong.png', { format: 'png', midRange: true, orientation: 3 });
    const noise = makeNoise(40, 30, 8);
    const copy = await renderCopy(path, noise, options, `${folder}/copy-wrong`);
    expect(worstMiss(await decodePhoto(path), await decodePhoto(copy.path), noise, 1)).toBeGreaterThan(4);
  });
});
