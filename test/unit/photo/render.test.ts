import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { hashFile } from '../../../engine/files/index.ts';
import { closePhotoLibrary, renderCopy } from '../../../engine/photo/index.ts';
import type { NoiseCanvas, RenderOptions } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { greyProfile } from '../../fixtures/greyProfile.ts';
import { makeNoise, withoutColour } from '../../fixtures/noise.ts';
import { decodePhoto, samplePhoto, writePhoto } from '../../fixtures/photos.ts';
import type { DecodedPhoto, PhotoRecipe } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

const keep: RenderOptions = {
  format: 'same',
  quality: 100,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};
let files = 0;
const stem = (): string => `${folder}/copy-${(files += 1)}`;
const original = (recipe: PhotoRecipe): Promise<string> => writePhoto(folder, `original-${(files += 1)}`, recipe);

/** max |p − x| over the colour channels, in sample units. */
function largestDifference(a: DecodedPhoto, b: DecodedPhoto, colours: number): number {
  let largest = 0;
  for (let pixel = 0; pixel < a.width * a.height; pixel += 1) {
    for (let band = 0; band < colours; band += 1) {
      const x = a.samples[pixel * a.bands + band] ?? Number.NaN;
      const p = b.samples[pixel * b.bands + band] ?? Number.NaN;
      largest = Math.max(largest, Math.abs(p - x));
    }
  }
  return largest;
}

describe('the budget', () => {
  const cases = ([4, 8, 16] as const).flatMap((rhoU) =>
    (['png', 'tiff'] as const).flatMap((format) => ([8, 16] as const).map((bitDepth) => ({ rhoU, format, bitDepth }))),
  );

  it.each(cases)('$rhoU/255 is met exactly in $bitDepth-bit $format', async ({ rhoU, format, bitDepth }) => {
    const path = await original({ format, bitDepth, midRange: true });
    const copy = await renderCopy(path, makeNoise(60, 45, rhoU), keep, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(p.bitDepth).toBe(bitDepth);
    expect(largestDifference(x, p, 3)).toBe(rhoU * (bitDepth === 16 ? 257 : 1));
    expect(copy.figures.maxAbs).toBe(rhoU);
    expect(copy.lossless).toBe(true);
  });

  it('that is no whole number is not exceeded by rounding', async () => {
    const path = await original({ format: 'png', midRange: true });
    const copy = await renderCopy(path, makeNoise(60, 45, 4.7), keep, stem());
    expect(copy.figures.maxAbs).toBe(4);
  });

  it('is kept where the photo is black or white', async () => {
    const path = await original({ of: 'galaxies', format: 'png' });
    const copy = await renderCopy(path, makeNoise(60, 45, 16), keep, stem());
    const p = await decodePhoto(copy.path);
    expect(largestDifference(await decodePhoto(path), p, 3)).toBeLessThanOrEqual(16);
    expect(copy.figures.maxAbs).toBeLessThanOrEqual(16);
  });

  it('is kept when the noise is larger than the photo', async () => {
    const path = await original({ format: 'png', midRange: true, width: 20, height: 15 });
    const copy = await renderCopy(path, makeNoise(160, 120, 8), keep, stem());
    const difference = largestDifference(await decodePhoto(path), await decodePhoto(copy.path), 3);
    expect(difference).toBeLessThanOrEqual(8);
    expect(difference).toBeGreaterThan(0);
  });

  it('is kept by noise with samples that should not be', async () => {
    const path = await original({ format: 'png', midRange: true });
    const noise = { ...makeNoise(60, 45, 8), rhoU: 8 };
    noise.samples.fill(-128);
    const copy = await renderCopy(path, noise, keep, stem());
    expect(copy.figures.maxAbs).toBeLessThanOrEqual(8);
  });

  it.each(cases)('$rhoU/255 is not exceeded in a grey $bitDepth-bit $format', async ({ rhoU, format, bitDepth }) => {
    const path = await original({ format, bitDepth, colour: 'grey', midRange: true });
    const limit = rhoU * (bitDepth === 16 ? 257 : 1);
    const x = await decodePhoto(path);
    const inColour = await renderCopy(path, makeNoise(60, 45, rhoU), keep, stem());
    expect(largestDifference(x, await decodePhoto(inColour.path), 1)).toBeLessThanOrEqual(limit);
    expect(inColour.figures.maxAbs).toBeLessThanOrEqual(rhoU);
    // The shares of the channels add up to one: where all three agree, nothing of the budget is lost.
    const without = await renderCopy(path, withoutColour(makeNoise(60, 45, rhoU)), keep, stem());
    expect(largestDifference(x, await decodePhoto(without.path), 1)).toBe(limit);
  });

  it('is kept in 16 bits by a ρ_u whose units do not fit into a byte, and in 8 bits by the largest there is', async () => {
    for (const [bitDepth, rhoU] of [
      [8, 127],
      [8, 128],
      [16, 0.5],
    ] as const) {
      const path = await original({ format: 'png', bitDepth, midRange: true });
      const copy = await renderCopy(path, makeNoise(60, 45, rhoU), keep, stem());
      const unit = bitDepth === 16 ? 257 : 1;
      const difference = largestDifference(await decodePhoto(path), await decodePhoto(copy.path), 3);
      expect(difference).toBeLessThanOrEqual(Math.floor(rhoU * unit));
      expect(difference).toBeGreaterThan(0.7 * rhoU * unit);
    }
  });
});

describe('the colours of the noise', () => {
  /** δ of one channel of a canvas of the photo's own size, in sample units, before rounding. */
  const wanted = ({ samples, rhoU }: NoiseCanvas, channel: number, unit: number): number[] =>
    Array.from({ length: samples.length / 3 }, (_, at) => ((samples[at * 3 + channel] ?? 0) * rhoU * unit) / 127);

  it.each([8, 16] as const)('reach R, G and B each with its own, in %i bits', async (bitDepth) => {
    const path = await original({ format: 'png', bitDepth, midRange: true });
    const noise = makeNoise(120, 90, 8);
    const copy = await renderCopy(path, noise, keep, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    const unit = bitDepth === 16 ? 257 : 1;
    const channels = [0, 1, 2].map((channel) =>
      Array.from(
        { length: 120 * 90 },
        (_, at) => (p.samples[at * 3 + channel] ?? 0) - (x.samples[at * 3 + channel] ?? 0),
      ),
    );
    channels.forEach((found, channel) => {
      const aim = wanted(noise, channel, unit);
      expect(Math.max(...found.map((value, at) => Math.abs(value - (aim[at] ?? NaN))))).toBeLessThan(0.51);
    });
    const [red = [], green = [], blue = []] = channels;
    for (const [a, b] of [
      [red, green],
      [green, blue],
      [blue, red],
    ] as const) {
      expect(a.filter((value, at) => value !== b[at]).length).toBeGreaterThan(0.8 * 120 * 90);
    }
  });

  it.each([
    [8, false],
    [16, false],
    [8, true],
  ] as const)('become their luma in a grey photo of %i bits (alpha: %s)', async (bitDepth, alpha) => {
    const path = await original({ format: 'png', bitDepth, colour: 'grey', midRange: true, alpha });
    const noise = makeNoise(120, 90, 8);
    const copy = await renderCopy(path, noise, keep, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(p.bands).toBe(alpha ? 2 : 1);
    const [red = [], green = [], blue = []] = [0, 1, 2].map((at) => wanted(noise, at, bitDepth === 16 ? 257 : 1));
    let worst = 0;
    red.forEach((r, at) => {
      if (alpha && x.samples[at * 2 + 1] === 0) return;
      const luma = 0.299 * r + 0.587 * (green[at] ?? NaN) + 0.114 * (blue[at] ?? NaN);
      worst = Math.max(worst, Math.abs((p.samples[at * p.bands] ?? 0) - (x.samples[at * p.bands] ?? 0) - luma));
    });
    expect(worst).toBeLessThan(0.51);
  });

  it('reach a grey photo that its profile makes RGB', async () => {
    const attach = { 'icc-profile-data': greyProfile() };
    const path = await original({ format: 'png', colour: 'grey', midRange: true, attach });
    const x = await decodePhoto(path);
    expect([x.bands, x.profile?.length]).toEqual([1, greyProfile().length]);
    const copy = await renderCopy(path, makeNoise(60, 45, 8), { ...keep, colour: 'srgb' }, stem());
    const p = await decodePhoto(copy.path);
    expect(p.bands).toBe(3);
    expect(copy.figures.maxAbs).toBe(8);
    let coloured = 0;
    for (let at = 0; at < p.samples.length; at += 3) coloured += p.samples[at] === p.samples[at + 1] ? 0 : 1;
    expect(coloured).toBeGreaterThan(0.8 * 120 * 90);
  });

  it('that a damaged profile does not make RGB stay luma', async () => {
    const attach = { 'icc-profile-data': new Uint8Array(200).fill(1) };
    const path = await original({ format: 'tiff', colour: 'grey', midRange: true, attach });
    const copy = await renderCopy(path, makeNoise(60, 45, 8), { ...keep, colour: 'srgb' }, stem());
    expect((await decodePhoto(copy.path)).bands).toBe(1);
    expect(copy.figures.maxAbs).toBeLessThanOrEqual(8);
    expect(copy.figures.maxAbs).toBeGreaterThan(0);
  });
});

describe('what is written', () => {
  it.each([
    ['png', 8],
    ['png', 16],
    ['tiff', 8],
    ['tiff', 16],
    ['webp', 8],
    ['avif', 8],
  ] as const)('without loss as %s of %i bits has exactly the measured samples', async (format, bitDepth) => {
    const path = await original({ format: 'tiff', bitDepth, midRange: true });
    const copy = await renderCopy(path, makeNoise(60, 45, 8), { ...keep, format }, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(copy.lossless).toBe(true);
    expect(copy.format).toBe(format);
    expect([p.width, p.height, p.bitDepth]).toEqual([x.width, x.height, bitDepth]);
    const unit = bitDepth === 16 ? 257 : 1;
    expect(largestDifference(x, p, 3) / unit).toBe(copy.figures.maxAbs);
    let squares = 0;
    for (let index = 0; index < x.samples.length; index += 1) {
      squares += (((p.samples[index] ?? 0) - (x.samples[index] ?? 0)) / unit) ** 2;
    }
    expect(copy.figures.psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / (squares / x.samples.length)), 6);
  });

  it('as JPEG, WebP and AVIF of quality 90 is near them', async () => {
    const path = await original({ of: 'raccoon', format: 'jpeg', width: 400, height: 300 });
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const copy = await renderCopy(path, makeNoise(200, 150, 8), { ...keep, format, quality: 90 }, stem());
      expect(copy.lossless).toBe(false);
      expect(copy.figures.maxAbs).toBe(8);
      const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
      let sum = 0;
      for (let index = 0; index < x.samples.length; index += 1) {
        sum += Math.abs((p.samples[index] ?? 0) - (x.samples[index] ?? 0));
      }
      expect(sum / x.samples.length).toBeGreaterThan(1);
      expect(sum / x.samples.length).toBeLessThan(8);
    }
  });

  it('says its size in bytes, its time and its name', async () => {
    const path = await original({ format: 'jpeg' });
    const out = stem();
    const copy = await renderCopy(path, makeNoise(60, 45, 8), { ...keep, quality: 92 }, out);
    expect(copy.path).toBe(`${out}.jpg`);
    expect(copy.bytes).toBe(statSync(copy.path).size);
    for (const seconds of Object.values(copy.seconds)) expect(seconds).toBeGreaterThan(0);
  });

  it('at a longer edge than the photo has is not enlarged, at a shorter one is scaled before the noise', async () => {
    const path = await original({ of: 'coffee-cup', format: 'jpeg', width: 300, height: 200 });
    const noise = makeNoise(150, 100, 8);
    const large = await renderCopy(path, noise, { ...keep, longEdge: 5000 }, stem());
    expect([large.width, large.height]).toEqual([300, 200]);
    const small = await renderCopy(path, noise, { ...keep, format: 'png', longEdge: 90 }, stem());
    expect([small.width, small.height]).toEqual([90, 60]);
    const decoded = await decodePhoto(small.path);
    expect([decoded.width, decoded.height]).toEqual([90, 60]);
    expect(small.figures.maxAbs).toBeGreaterThan(4);
  });

  it('of one pixel works', async () => {
    const path = await original({ format: 'png', midRange: true, width: 1, height: 1 });
    const copy = await renderCopy(path, makeNoise(3, 3, 8), keep, stem());
    expect([copy.width, copy.height]).toEqual([1, 1]);
    expect(copy.figures.maxAbs).toBeLessThanOrEqual(8);
  });

  it('replaces a file of that name, and leaves nothing else behind', async () => {
    const path = await original({ format: 'png' });
    const target = temporaryFolder();
    writeFileSync(`${target}/photo.png`, 'old');
    await renderCopy(path, makeNoise(60, 45, 8), keep, `${target}/photo`);
    expect(readdirSync(target)).toEqual(['photo.png']);
    expect((await decodePhoto(`${target}/photo.png`)).width).toBe(120);
  });

  it('is the same again for the same noise', async () => {
    const path = await original({ format: 'jpeg' });
    const noise = makeNoise(60, 45, 8);
    const first = await renderCopy(path, noise, { ...keep, quality: 92 }, stem());
    const second = await renderCopy(path, noise, { ...keep, quality: 92 }, stem());
    expect(readFileSync(first.path).equals(readFileSync(second.path))).toBe(true);
  });
});

describe('kinds of photos', () => {
  it('grey stays one channel', async () => {
    for (const format of ['jpeg', 'png', 'tiff'] as const) {
      const path = await original({ format, colour: 'grey', midRange: true });
      const copy = await renderCopy(path, makeNoise(60, 45, 8), keep, stem());
      const decoded = await decodePhoto(copy.path);
      expect(decoded.bands).toBe(1);
      if (format !== 'jpeg') {
        const difference = largestDifference(await decodePhoto(path), decoded, 1);
        expect(difference).toBeLessThanOrEqual(8);
        expect(difference).toBeGreaterThan(4);
      }
    }
  });

  it.each([
    ['png', 8, 'rgb'],
    ['png', 16, 'rgb'],
    ['png', 8, 'grey'],
    ['tiff', 8, 'rgb'],
    ['webp', 8, 'rgb'],
  ] as const)('alpha is untouched, and so is what it hides: %s of %i bits, %s', async (format, bitDepth, colour) => {
    const path = await original({ format, bitDepth, colour, alpha: true, midRange: true, lossless: true });
    const copy = await renderCopy(path, makeNoise(60, 45, 8), keep, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(p.bands).toBe(x.bands);
    const alphaBand = x.bands - 1;
    let [clear, seen] = [0, 0];
    for (let at = 0; at < x.samples.length; at += x.bands) {
      expect(p.samples[at + alphaBand]).toBe(x.samples[at + alphaBand]);
      if (x.samples[at + alphaBand] !== 0) seen += p.samples[at] === x.samples[at] ? 0 : 1;
      else {
        clear += 1;
        for (let band = 0; band < alphaBand; band += 1) expect(p.samples[at + band]).toBe(x.samples[at + band]);
      }
    }
    expect(clear).toBeGreaterThan(100);
    expect(seen).toBeGreaterThan(1000);
  });

  it('alpha becomes white in JPEG', async () => {
    const path = await original({ format: 'png', alpha: true, width: 64, height: 48 });
    const copy = await renderCopy(path, makeNoise(32, 24, 4), { ...keep, format: 'jpeg' }, stem());
    const decoded = await decodePhoto(copy.path);
    expect(decoded.bands).toBe(3);
    expect(decoded.samples[0]).toBeGreaterThan(245);
  });

  it('a palette becomes true colour', async () => {
    const path = await original({ format: 'png', palette: true, midRange: true });
    const copy = await renderCopy(path, makeNoise(60, 45, 8), keep, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(x.fields).toContain('palette');
    expect(p.fields).not.toContain('palette');
    expect(largestDifference(x, p, 3)).toBe(8);
  });

  it('CMYK becomes sRGB that looks the same', async () => {
    const path = await original({ format: 'jpeg', colour: 'cmyk', of: 'coffee-cup' });
    const copy = await renderCopy(path, makeNoise(60, 45, 4), { ...keep, format: 'png' }, stem());
    const decoded = await decodePhoto(copy.path);
    expect(decoded.bands).toBe(3);
    expect(decoded.interpretation).toBe('srgb');
    const rgb = await decodePhoto(await original({ format: 'png', of: 'coffee-cup' }));
    let sum = 0;
    for (let index = 0; index < rgb.samples.length; index += 1) {
      sum += Math.abs((rgb.samples[index] ?? 0) - (decoded.samples[index] ?? 0));
    }
    expect(sum / rgb.samples.length).toBeLessThan(8);
  });

  it('progressive JPEG is read', async () => {
    const path = await original({ format: 'jpeg', progressive: true });
    expect((await renderCopy(path, makeNoise(60, 45, 8), { ...keep, quality: 92 }, stem())).width).toBe(120);
  });
});

describe('colour profiles', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)('are kept byte for byte in %s', async (format) => {
    const path = await original({ format, profile: 'p3', lossless: format !== 'jpeg' });
    const copy = await renderCopy(path, makeNoise(60, 45, 8), { ...keep, quality: 95 }, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(x.profile?.length).toBeGreaterThan(100);
    expect(Buffer.from(p.profile ?? []).equals(Buffer.from(x.profile ?? []))).toBe(true);
  });

  it('and the samples under them are not converted', async () => {
    const path = await original({ format: 'png', profile: 'p3', midRange: true });
    const copy = await renderCopy(path, makeNoise(60, 45, 4), keep, stem());
    expect(largestDifference(await decodePhoto(path), await decodePhoto(copy.path), 3)).toBe(4);
  });

  it('are replaced by sRGB, with the samples converted, when the user wants sRGB', async () => {
    const path = await original({ format: 'png', of: 'coffee-cup', profile: 'p3' });
    const copy = await renderCopy(path, makeNoise(60, 45, 1), { ...keep, colour: 'srgb' }, stem());
    const [x, p] = [await decodePhoto(path), await decodePhoto(copy.path)];
    expect(p.profile).not.toBeNull();
    expect(Buffer.from(p.profile ?? []).equals(Buffer.from(x.profile ?? []))).toBe(false);
    // The photo before it was converted to P3: the way back leads there, but for rounding and 1/255 of noise.
    const srgb = await decodePhoto(await original({ format: 'png', of: 'coffee-cup' }));
    expect(largestDifference(srgb, p, 3)).toBeLessThanOrEqual(6);
    expect(largestDifference(srgb, x, 3)).toBeGreaterThan(20);
  });
});

describe('the original', () => {
  it('keeps its bytes and its date', async () => {
    const path = samplePhoto('cat');
    const before = { hash: await hashFile(path), stat: statSync(path) };
    await renderCopy(path, makeNoise(60, 45, 8), { ...keep, quality: 92 }, stem());
    expect(await hashFile(path)).toBe(before.hash);
    expect(statSync(path).mtimeMs).toBe(before.stat.mtimeMs);
  });

  it('is never replaced by its copy, whatever name it goes by', async () => {
    const path = await writePhoto(folder, 'mine.png', { format: 'png' });
    symlinkSync(path, `${folder}/link.png`);
    const before = await hashFile(path);
    for (const name of ['mine', 'link']) {
      await expect(renderCopy(path, makeNoise(60, 45, 8), keep, `${folder}/${name}`)).rejects.toMatchObject({
        code: 'name-taken',
      });
    }
    expect(await hashFile(path)).toBe(before);
  });
});
