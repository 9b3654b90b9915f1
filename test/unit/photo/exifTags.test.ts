import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { layOut } from '../../../engine/photo/exifBlock.ts';
import type { ExifContent, ExifTag } from '../../../engine/photo/exifBlock.ts';
import { withHandles } from '../../../engine/photo/handles.ts';
import { closePhotoLibrary, inspectPhoto, renderCopy } from '../../../engine/photo/index.ts';
import type { CopyFormat, MetadataPolicy } from '../../../engine/photo/index.ts';
import { photoLibrary } from '../../../engine/photo/library.ts';
import { blockReader, exifBody } from '../../../engine/photo/takenAt.ts';
import { readTiffStructure } from '../../../engine/photo/tiffDirectory.ts';
import type { TiffDirectory, TiffStructure } from '../../../engine/photo/tiffDirectory.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { decodePhoto, makePhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

const ascii = (tag: number, text: string): ExifTag => {
  const value = Buffer.from(`${text}\0`);
  return { tag, type: 2, count: value.length, value };
};
const short = (tag: number, value: number): ExifTag => ({
  tag,
  type: 3,
  count: 1,
  value: Uint8Array.of(value & 0xff, value >> 8),
});
const undefinedBytes = (tag: number, value: Buffer): ExifTag => ({ tag, type: 7, count: value.length, value });
/** A degree and a half. */
const DEGREES = Buffer.from(Uint32Array.of(1, 1, 30, 1, 0, 1).buffer);

const STARS = short(0x4746, 4);
const PERCENT = short(0x4749, 75);
const HOST = ascii(0x13c, 'iPhone 15');
const PRIVATE = undefinedBytes(0xfe00, Buffer.from('a program of its own'));
const MAKER_NOTE = undefinedBytes(0x927c, Buffer.from('OFNOBODY notes of a maker that nobody knows, MM\0*\0\0\0\x08'));
const KNOWN = [ascii(0x10f, 'Maker'), ascii(0x13b, 'A. Photographer'), short(0x112, 6)];
const content: ExifContent = {
  main: [...KNOWN, HOST, STARS, PERCENT],
  exif: [ascii(0x9003, '2024:05:06 07:08:09'), MAKER_NOTE, PRIVATE],
  gps: [ascii(1, 'N'), { tag: 2, type: 5, count: 3, value: DEGREES }],
};

let files = 0;
/** A JPEG with this EXIF data, in either byte order, and little-endian with a thumbnail if so wanted. */
async function jpegWith(exif: ExifContent, littleEndian = true, thumbnail?: Uint8Array): Promise<string> {
  const jpeg = Buffer.from(await makePhoto({ format: 'jpeg' }));
  const rest = jpeg.subarray(4 + jpeg.readUInt16BE(4));
  const { bytes, first } = layOut(exif, 8, undefined, littleEndian);
  const header = Buffer.from(littleEndian ? 'II*\0\0\0\0\0' : 'MM\0*\0\0\0\0', 'latin1');
  if (littleEndian) header.writeUInt32LE(first, 4);
  else header.writeUInt32BE(first, 4);
  const second = thumbnail ? thumbnailDirectory(thumbnail, 8 + bytes.length) : Buffer.alloc(0);
  if (thumbnail) bytes.writeUInt32LE(8 + bytes.length, first - 8 + 2 + bytes.readUInt16LE(first - 8) * 12);
  const block = Buffer.concat([Buffer.from('Exif\0\0'), header, bytes, second]);
  const marker = Buffer.from([0xff, 0xe1, 0, 0]);
  marker.writeUInt16BE(block.length + 2, 2);
  const path = `${folder}/original-${(files += 1)}.jpg`;
  writeFileSync(path, Buffer.concat([jpeg.subarray(0, 2), marker, block, rest]));
  return path;
}

/** The second directory, to lie at `offset`, with the thumbnail after it. */
function thumbnailDirectory(thumbnail: Uint8Array, offset: number): Buffer {
  const long = (tag: number, value: number): ExifTag => ({
    tag,
    type: 4,
    count: 1,
    value: Buffer.from(Uint32Array.of(value).buffer),
  });
  const start = offset + 2 + 3 * 12 + 4;
  const main = [short(0x103, 6), long(0x201, start), long(0x202, thumbnail.length)];
  return Buffer.concat([layOut({ main, exif: [], gps: [] }, offset).bytes, thumbnail]);
}

async function copyOf(path: string, format: CopyFormat, exif: MetadataPolicy['exif'] = 'keep'): Promise<string> {
  const metadata = { exif, xmp: 'keep' } as const;
  const options = { format, quality: 92, longEdge: null, colour: 'keep', metadata } as const;
  return (await renderCopy(path, makeNoise(60, 45, 8), options, `${folder}/copy-${(files += 1)}`)).path;
}

/** The EXIF block of a file, as libvips finds it. */
async function exifOf(path: string): Promise<TiffStructure> {
  const vips = await photoLibrary();
  const block = withHandles((own) => Uint8Array.from(own(vips.Image.newFromFile(path)).getBlob('exif-data')));
  const structure = readTiffStructure(blockReader(exifBody(block)));
  if (!structure) throw new Error('no EXIF');
  return structure;
}
const valueOf = (tiff: TiffStructure, directory: TiffDirectory | null | undefined, tag: number): Buffer => {
  const entry = directory?.get(tag);
  return Buffer.from(entry ? tiff.bytes(entry) : []);
};
const numberOf = (tiff: TiffStructure, tag: number): number | undefined => tiff.numbers(tiff.pages[0]?.get(tag))[0];

describe('EXIF tags that libvips does not know', () => {
  const formats = ['jpeg', 'png', 'webp', 'avif'] as const;
  const cases = formats.flatMap((format) => [true, false].map((littleEndian) => [format, littleEndian] as const));

  it.each(cases)('are kept in %s beside the others (little-endian: %s)', async (format, littleEndian) => {
    const path = await jpegWith(content, littleEndian);
    const copy = await copyOf(path, format);
    const tiff = await exifOf(copy);
    expect([numberOf(tiff, 0x4746), numberOf(tiff, 0x4749)]).toEqual([4, 75]);
    expect(valueOf(tiff, tiff.pages[0], 0x13c)).toEqual(HOST.value);
    expect(valueOf(tiff, tiff.pages[0], 0x13b).toString()).toBe('A. Photographer\0');
    expect(valueOf(tiff, tiff.exif, 0xfe00)).toEqual(PRIVATE.value);
    expect(valueOf(tiff, tiff.exif, 0x927c)).toEqual(MAKER_NOTE.value);
    expect(valueOf(tiff, tiff.gps, 1).toString()).toBe('N\0');
    expect(tiff.pages[0]?.has(0x8773)).toBe(false);
    expect((await inspectPhoto(copy)).takenAt).toBe('2024-05-06T07:08:09');
    // PNG and WebP have turned pixels instead of an orientation.
    expect(numberOf(tiff, 0x112)).toBe(format === 'jpeg' || format === 'avif' ? 6 : 1);
    expect((await decodePhoto(copy)).fields).toContain('exif-ifd3-GPSLatitude');
    // A copy of the copy is one of the original.
    const again = await exifOf(await copyOf(copy, format));
    expect([...(again.pages[0]?.keys() ?? [])].sort()).toEqual([...(tiff.pages[0]?.keys() ?? [])].sort());
    expect(again.exif?.size).toBe(tiff.exif?.size);
  });

  it('come back from TIFF', async () => {
    const jpeg = await copyOf(await copyOf(await jpegWith(content), 'tiff'), 'jpeg');
    const tiff = await exifOf(jpeg);
    expect([numberOf(tiff, 0x4746), numberOf(tiff, 0x4749)]).toEqual([4, 75]);
    expect(valueOf(tiff, tiff.exif, 0xfe00)).toEqual(PRIVATE.value);
  });

  it('do not bring GPS back, nor a picture, nor anything when all is stripped', async () => {
    const picture = undefinedBytes(0xfe01, Buffer.from([1, 2, 0xff, 0xd8, 0xff, 0xe0, 5]));
    const misplaced = undefinedBytes(0x1d, Buffer.from('2024:05:06'));
    const path = await jpegWith({ ...content, exif: [...content.exif, picture, misplaced] });
    for (const format of formats) {
      const copy = await copyOf(path, format, 'strip-gps');
      expect(readFileSync(copy).includes(DEGREES)).toBe(false);
      const tiff = await exifOf(copy);
      expect(numberOf(tiff, 0x4746)).toBe(4);
      expect(tiff.gps?.size ?? 0).toBe(0);
      // Of private tags and of GPS's own elsewhere nobody knows what they tell.
      for (const tag of [0xfe00, 0xfe01, 0x1d]) expect(tiff.exif?.has(tag) ?? false).toBe(false);
      const stripped = await exifOf(await copyOf(path, format, 'strip'));
      expect(stripped.pages[0]?.has(0x4746)).toBe(false);
      expect(stripped.exif?.has(0xfe00) ?? false).toBe(false);
    }
  });

  it('do not bring the thumbnail back', async () => {
    const thumbnail = await makePhoto({ format: 'jpeg', width: 64, height: 48, quality: 80 });
    const path = await jpegWith(content, true, thumbnail);
    const end = Buffer.from(thumbnail.subarray(-300));
    expect((await decodePhoto(path)).fields).toContain('jpeg-thumbnail-data');
    expect(readFileSync(path).includes(end)).toBe(true);
    for (const format of formats) {
      const copy = await copyOf(path, format);
      expect(numberOf(await exifOf(copy), 0x4746)).toBe(4);
      expect((await decodePhoto(copy)).fields.filter((field) => /thumbnail|ifd1/.test(field))).toEqual([]);
      expect(readFileSync(copy).includes(end)).toBe(false);
    }
  });

  it('that do not fit are left out, and the others stay', async () => {
    const main = [...content.main, ascii(0x10e, 'd'.repeat(35_000))];
    const large = undefinedBytes(0xfe02, Buffer.alloc(28_000, 1));
    const copy = await copyOf(await jpegWith({ main, exif: [...content.exif, large], gps: [] }), 'jpeg');
    expect(valueOf(await exifOf(copy), (await exifOf(copy)).pages[0], 0x13b).toString()).toBe('A. Photographer\0');
  });
});
