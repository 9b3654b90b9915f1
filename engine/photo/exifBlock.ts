import { readTiffStructure, TAG } from './tiffDirectory.ts';
import type { ReadAt, TiffDirectory, TiffStructure } from './tiffDirectory.ts';

/** One tag of an EXIF directory, its value in little-endian bytes. */
export interface ExifTag {
  tag: number;
  type: number;
  count: number;
  value: Uint8Array;
}

/** What a photo's EXIF data says about it, apart from how its pixels are stored. */
export interface ExifContent {
  /** Of the first directory: who, what, when, by which camera. */
  main: ExifTag[];
  exif: ExifTag[];
  gps: ExifTag[];
}

/** Image description, make, model, software, date, artist, host computer, rating, Windows' titles, copyright. */
const MAIN_TAGS = new Set([270, 271, 272, 305, 306, 315, 316, 18246, 40091, 40092, 40093, 40094, 40095, 33432]);
/**
 * Not carried over: maker notes (their offsets break when they are moved, and they may hold previews), the
 * interoperability directory, and the picture's size.
 */
const LEFT_OUT = new Set<number>([TAG.makerNote, 0xa002, 0xa003, 0xa005]);
const MAX_VALUE_BYTES = 65_536;
/** Bytes of the numbers that each type is made of: they are what byte order turns round. */
const NUMBER_BYTES: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 4, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4 };

/** The EXIF data of a TIFF, or of an EXIF block, which is one; null when there is none. */
export function readExif(readAt: ReadAt): ExifContent | null {
  const tiff = readTiffStructure(readAt);
  const [first] = tiff?.pages ?? [];
  if (!tiff || !first) return null;
  const content = {
    main: tagsOf(tiff, first).filter(({ tag }) => MAIN_TAGS.has(tag)),
    exif: tiff.exif ? tagsOf(tiff, tiff.exif).filter(({ tag }) => !LEFT_OUT.has(tag)) : [],
    gps: tiff.gps ? tagsOf(tiff, tiff.gps) : [],
  };
  return content.main.length + content.exif.length + content.gps.length > 0 ? content : null;
}

function tagsOf(tiff: TiffStructure, directory: TiffDirectory): ExifTag[] {
  const tags: ExifTag[] = [];
  for (const [tag, entry] of directory) {
    if (entry.byteLength === 0 || entry.byteLength > MAX_VALUE_BYTES) continue;
    const value = Uint8Array.from(tiff.bytes(entry));
    if (value.length < entry.byteLength) continue;
    const size = NUMBER_BYTES[entry.type] ?? 1;
    if (!tiff.littleEndian) {
      for (let at = 0; at < value.length; at += size) value.subarray(at, at + size).reverse();
    }
    tags.push({ tag, type: entry.type, count: entry.count, value });
  }
  return tags;
}

const LONG = 4;

/**
 * The directories of `content` as little-endian bytes that are to lie at `offset` (even) of their file, and where the
 * first directory then is. `others` are further entries of the first directory, in their 12-byte form.
 */
export function layOut(
  content: ExifContent,
  offset: number,
  others: Uint8Array[] = [],
): { bytes: Buffer; first: number } {
  const pieces: Buffer[] = [];
  let end = offset;
  const place = (entries: Uint8Array[], tags: ExifTag[]): number => {
    const at = end;
    const table = Buffer.alloc(2 + (entries.length + tags.length) * 12 + 4);
    const values: Buffer[] = [];
    let valueAt = at + table.length;
    const own = tags.map(({ tag, type, count, value }) => {
      const entry = Buffer.alloc(12);
      entry.writeUInt16LE(tag, 0);
      entry.writeUInt16LE(type, 2);
      entry.writeUInt32LE(count, 4);
      if (value.length <= 4) entry.set(value, 8);
      else {
        entry.writeUInt32LE(valueAt, 8);
        const padded = Buffer.alloc(value.length + (value.length % 2));
        padded.set(value);
        values.push(padded);
        valueAt += padded.length;
      }
      return entry;
    });
    const sorted = [...entries, ...own].sort((a, b) => tagOf(a) - tagOf(b));
    table.writeUInt16LE(sorted.length, 0);
    sorted.forEach((entry, index) => {
      table.set(entry, 2 + index * 12);
    });
    pieces.push(table, ...values);
    end = valueAt;
    return at;
  };
  const pointers: ExifTag[] = [];
  for (const [tag, tags] of [
    [TAG.exifIfd, content.exif],
    [TAG.gpsIfd, content.gps],
  ] as const) {
    if (tags.length === 0) continue;
    const value = Buffer.alloc(4);
    value.writeUInt32LE(place([], tags));
    pointers.push({ tag, type: LONG, count: 1, value });
  }
  const taken = new Set(others.map(tagOf));
  const main = content.main.filter(({ tag }) => !taken.has(tag));
  const first = place(others, [...main, ...pointers]);
  return { bytes: Buffer.concat(pieces), first };
}

function tagOf(entry: Uint8Array): number {
  return (entry[0] ?? 0) + 256 * (entry[1] ?? 0);
}

/** An EXIF block as JPEG has it, from its `Exif\0\0` on. */
export function exifBlock(content: ExifContent): Buffer {
  const header = Buffer.from('Exif\0\0II*\0\0\0\0\0', 'latin1');
  const { bytes, first } = layOut(content, 8);
  header.writeUInt32LE(first, 10);
  return Buffer.concat([header, bytes]);
}
