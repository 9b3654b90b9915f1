import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, renderCopy } from '../../../engine/photo/index.ts';
import type { RenderOptions } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { decodePhoto, makePhoto } from '../../fixtures/photos.ts';
import type { PhotoRecipe } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

interface Chunk {
  type: string;
  data: Buffer;
}
/** All chunks of a PNG, whose checksums must be right. */
function chunksOf(path: string): Chunk[] {
  const bytes = readFileSync(path);
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const end = at + 8 + bytes.readUInt32BE(at);
    expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)));
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) });
  }
  return chunks;
}
function chunk({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
const longs = (...values: number[]): Buffer => {
  const data = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => data.writeUInt32BE(value, index * 4));
  return data;
};

let files = 0;
async function pngWith(added: Chunk[], recipe: Partial<PhotoRecipe> = {}): Promise<string> {
  const png = Buffer.from(await makePhoto({ midRange: true, ...recipe, format: 'png' }));
  const path = `${folder}/original-${(files += 1)}.png`;
  writeFileSync(path, Buffer.concat([png.subarray(0, 33), ...added.map(chunk), png.subarray(33)]));
  return path;
}
async function copyOf(path: string, options: Partial<RenderOptions> = {}): Promise<string> {
  const metadata = { exif: 'keep', xmp: 'keep' } as const;
  const all: RenderOptions = { format: 'same', quality: 100, longEdge: null, colour: 'keep', metadata, ...options };
  return (await renderCopy(path, makeNoise(60, 45, 8), all, `${folder}/copy-${(files += 1)}`)).path;
}

/** Display P3's primaries with sRGB's curve, in PNG's two older ways and its newer one; and what HDR adds. */
const P3 = [
  { type: 'gAMA', data: longs(45455) },
  { type: 'cHRM', data: longs(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000) },
];
const CICP = [{ type: 'cICP', data: Buffer.from([12, 13, 0, 1]) }];
const HDR = [
  { type: 'cICP', data: Buffer.from([9, 16, 0, 1]) },
  { type: 'mDCV', data: Buffer.alloc(24, 7) },
  { type: 'cLLI', data: longs(10_000_000, 4_000_000) },
];
const isColour = ({ type }: Chunk): boolean => ['cICP', 'gAMA', 'cHRM', 'mDCV', 'cLLI', 'sRGB', 'iCCP'].includes(type);

describe('what a PNG says of its colours without a profile', () => {
  it.each([
    ['gAMA and cHRM', P3, {}],
    ['cICP', CICP, {}],
    ['HDR, 16 bits', HDR, { bitDepth: 16 }],
    ['cICP, with transparency', CICP, { alpha: true }],
  ] as const)('is the same in its PNG copy: %s', async (_, added, recipe) => {
    const path = await pngWith([...added], recipe);
    const copy = await copyOf(path);
    const chunks = chunksOf(copy);
    expect(chunks.map(({ type }) => type).slice(0, 1 + added.length)).toEqual([
      'IHDR',
      ...added.map(({ type }) => type),
    ]);
    expect(chunks.filter(isColour)).toEqual(added);
    const [before, after] = [await decodePhoto(path), await decodePhoto(copy)];
    const most = before.bitDepth === 8 ? 8 : 8 * 257;
    expect(after.samples.length).toBe(before.samples.length);
    expect(Array.from(after.samples).every((sample, at) => Math.abs(sample - (before.samples[at] ?? 0)) <= most)).toBe(
      true,
    );
  });

  it('does not matter where it has a profile or is marked as sRGB', async () => {
    const srgb = [{ type: 'sRGB', data: Buffer.from([0]) }, ...P3];
    expect(chunksOf(await copyOf(await pngWith(srgb))).filter(isColour)).toEqual([]);
    const profile = chunksOf(await copyOf(await pngWith(P3, { profile: 'p3' }))).filter(isColour);
    expect(profile.map(({ type }) => type)).toEqual(['iCCP']);
  });

  it('does not get into other formats', async () => {
    for (const format of ['jpeg', 'webp', 'tiff', 'avif'] as const) {
      expect((await decodePhoto(await copyOf(await pngWith(CICP), { format }))).width).toBe(120);
    }
  });
});
