import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { withHandles } from '../../../engine/photo/handles.ts';
import {
  closePhotoLibrary,
  inspectPhoto,
  makeThumbnail,
  makeViewable,
  readRgb,
  renderCopy,
} from '../../../engine/photo/index.ts';
import type { RenderOptions } from '../../../engine/photo/index.ts';
import { photoLibrary } from '../../../engine/photo/library.ts';
import type * as Limits from '../../../engine/photo/limits.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { decodePhoto, makePhoto } from '../../fixtures/photos.ts';
import type { DecodedPhoto, PhotoRecipe } from '../../fixtures/photos.ts';

const held = vi.hoisted(() => ({ bytes: Number.MAX_SAFE_INTEGER }));
vi.mock('../../../engine/photo/limits.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof Limits>()),
  get MAX_HELD_BYTES() {
    return held.bytes;
  },
}));

const folder = temporaryFolder();
afterAll(closePhotoLibrary);
afterEach(() => {
  held.bytes = Number.MAX_SAFE_INTEGER;
});

/** Where the value of the first directory's tag 338 is, in a TIFF of one such value. */
function extraSamplesAt(bytes: Buffer): number {
  const directory = bytes.readUInt32LE(4);
  for (let entry = 0; entry < bytes.readUInt16LE(directory); entry += 1) {
    const at = directory + 2 + entry * 12;
    if (bytes.readUInt16LE(at) === 338) return at + 8;
  }
  throw new Error('there is no ExtraSamples');
}
const extraSamples = (path: string): number => {
  const bytes = readFileSync(path);
  return bytes.readUInt16LE(extraSamplesAt(bytes));
};

let files = 0;
/** A TIFF of four channels with a ramp as the last (zero at the left), which ExtraSamples says is `kind`. */
async function tiffWith(kind: number, recipe: Partial<PhotoRecipe> = {}): Promise<string> {
  const bytes = Buffer.from(await makePhoto({ midRange: true, ...recipe, format: 'tiff', alpha: true }));
  bytes.writeUInt16LE(kind, extraSamplesAt(bytes));
  const path = `${folder}/original-${(files += 1)}.tif`;
  writeFileSync(path, bytes);
  return path;
}
/** The strongest noise everywhere: every sample that is protected differs. */
const noise = { samples: new Int8Array(3 * 60 * 45).fill(127), width: 60, height: 45, rhoU: 8 };
const lossless: RenderOptions = {
  format: 'same',
  quality: 100,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};
const copyOf = async (path: string, options: Partial<RenderOptions> = {}): Promise<string> =>
  (await renderCopy(path, noise, { ...lossless, ...options }, `${folder}/copy-${(files += 1)}`)).path;

/** The least and the most that one channel's samples differ by. */
function differences(before: DecodedPhoto, after: DecodedPhoto, channel: number): [least: number, most: number] {
  let [least, most] = [Infinity, 0];
  for (let pixel = 0; pixel < before.width * before.height; pixel += 1) {
    const [was, is] = [before, after].map(({ samples, bands }) => samples[pixel * bands + channel] ?? 0);
    const difference = Math.abs((is ?? 0) - (was ?? 0));
    least = Math.min(least, difference);
    most = Math.max(most, difference);
  }
  return [least, most];
}

describe('a channel that is not transparency', () => {
  it('is not called so', async () => {
    expect((await inspectPhoto(await tiffWith(0))).hasAlpha).toBe(false);
    expect((await inspectPhoto(await tiffWith(2))).hasAlpha).toBe(true);
  });

  it.each([
    ['8-bit RGB', {}, 3, 8],
    ['16-bit RGB', { bitDepth: 16 }, 3, 8 * 257],
    ['grey', { colour: 'grey' }, 1, 8],
    ['turned', { orientation: 6 }, 3, 8],
    ['too large', {}, 3, 8],
  ] as const)('leaves no pixel of a %s TIFF unprotected, and stays as it is', async (name, recipe, colours, limit) => {
    if (name === 'too large') held.bytes = 0;
    const path = await tiffWith(0, recipe);
    const [before, copy] = [await decodePhoto(path), await copyOf(path)];
    const after = await decodePhoto(copy);
    expect(after.bands).toBe(colours + 1);
    for (let channel = 0; channel < colours; channel += 1) {
      const [least, most] = differences(before, after, channel);
      expect(least).toBeGreaterThanOrEqual(limit - 1);
      expect(most).toBeLessThanOrEqual(limit);
    }
    expect(differences(before, after, colours)).toEqual([0, 0]);
    expect(extraSamples(copy)).toBe(0);
    expect((await inspectPhoto(copy)).hasAlpha).toBe(false);
  });

  it.each(['png', 'webp', 'avif', 'jpeg'] as const)(
    'is left out of %s, without white or unprotected places',
    async (format) => {
      const path = await tiffWith(0);
      const after = await decodePhoto(await copyOf(path, { format }));
      expect(after.bands).toBe(3);
      const least = format === 'jpeg' ? 0 : 7;
      const most = format === 'jpeg' ? 40 : 8;
      const before = await decodePhoto(path);
      for (let channel = 0; channel < 3; channel += 1) {
        const [fewest, strongest] = differences(before, after, channel);
        expect(fewest).toBeGreaterThanOrEqual(least);
        expect(strongest).toBeLessThanOrEqual(most);
      }
    },
  );

  it('does not matter to a smaller copy, or one in sRGB', async () => {
    const path = await tiffWith(0, { profile: 'p3' });
    const copy = await copyOf(path, { longEdge: 60, colour: 'srgb' });
    expect(extraSamples(copy)).toBe(0);
    expect((await decodePhoto(copy)).width).toBe(60);
    expect((await decodePhoto(await copyOf(path, { longEdge: 60, format: 'webp' }))).bands).toBe(3);
  });

  it('is not seen on the canvas, in the grid or in Compare', async () => {
    const [path, plain] = [await tiffWith(0), `${folder}/plain.tif`];
    writeFileSync(plain, await makePhoto({ midRange: true, format: 'tiff' }));
    expect(await readRgb(path, null)).toEqual(await readRgb(plain, null));
    expect(await makeThumbnail(path, 60)).toEqual(await makeThumbnail(plain, 60));
    expect((await makeViewable(path)).bytes).toEqual((await makeViewable(plain)).bytes);
  });
});

describe('transparency that is multiplied into the colours', () => {
  const [width, height, colour] = [120, 90, 200];
  const alphaAt = (x: number): number => 15 + 2 * x;
  /** A TIFF of one colour, the clearer the further left, in which both alpha and what ExtraSamples says are as asked. */
  async function fading(kind: 1 | 2): Promise<string> {
    const samples = Uint8Array.from({ length: width * height * 4 }, (_, at) => {
      const alpha = alphaAt(Math.floor(at / 4) % width);
      return at % 4 === 3 ? alpha : kind === 1 ? Math.round((colour * alpha) / 255) : colour;
    });
    const vips = await photoLibrary();
    const bytes = withHandles((own) => {
      const plain = own(vips.Image.newFromMemory(samples, width, height, 4, vips.BandFormat.uchar));
      return Buffer.from(own(plain.copy({ interpretation: 'srgb' })).tiffsaveBuffer());
    });
    bytes.writeUInt16LE(kind, extraSamplesAt(bytes));
    const path = `${folder}/fading-${(files += 1)}.tif`;
    writeFileSync(path, bytes);
    return path;
  }

  it.each(['same', 'png'] as const)('is not twice in the copy (%s)', async (format) => {
    const copy = await copyOf(await fading(1), { format });
    if (format === 'same') expect(extraSamples(copy)).toBe(2);
    const { samples, bands } = await decodePhoto(copy);
    expect(bands).toBe(4);
    for (let at = 0; at < samples.length; at += 4) {
      const alpha = alphaAt((at / 4) % width);
      expect(samples[at + 3]).toBe(alpha);
      // As exactly as the multiplied value tells the colour.
      const most = 8 + 1 + 255 / 2 / alpha;
      for (const sample of [samples[at], samples[at + 1], samples[at + 2]]) {
        if (Math.abs((sample ?? 0) - colour) > most) expect.fail(`${sample} at alpha ${alpha}`);
      }
    }
  });

  it('is on the canvas as transparency that is not', async () => {
    const [multiplied, plain] = [await readRgb(await fading(1), null), await readRgb(await fading(2), null)];
    const most = Math.max(...multiplied.samples.map((sample, at) => Math.abs(sample - (plain.samples[at] ?? 0))));
    expect(most).toBeLessThanOrEqual(1);
  });
});
