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

/**
 * Document name, image description, make, model, software, date, artist, host computer, rating in stars and in percent,
 * Windows' titles, copyright.
 */
const MAIN_TAGS = new Set([
  269, 270, 271, 272, 305, 306, 315, 316, 18246, 18249, 40091, 40092, 40093, 40094, 40095, 33432,
]);
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
    if (value.length < entry.byteLength || holdsPicture(value)) continue;
    if (!tiff.littleEndian) turnRound(value, entry.type);
    tags.push({ tag, type: entry.type, count: entry.count, value });
  }
  return tags;
}

/** Makes little-endian numbers big-endian ones, or the reverse. */
function turnRound(value: Uint8Array, type: number): void {
  const size = NUMBER_BYTES[type] ?? 1;
  for (let at = 0; at < value.length; at += size) value.subarray(at, at + size).reverse();
}

/** Whether a JPEG begins in this value: a preview of the unprotected photo. */
export function holdsPicture(value: Uint8Array): boolean {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).includes(JPEG_START);
}

const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);

const LONG = 4;
const ENTRY_BYTES = 12;

/** Entries of each directory in their 12-byte form. */
export interface ExifEntries {
  main: Uint8Array[];
  exif: Uint8Array[];
  gps: Uint8Array[];
}

/** The entries of a block's directories: as they are, so that they mean the same wherever in the block they stand. */
export function entriesOf(tiff: TiffStructure): ExifEntries {
  const all = (directory: TiffDirectory | null | undefined): Uint8Array[] =>
    [...(directory ?? [])].map(([tag, entry]) => {
      const bytes = entryOf(tag, entry.type, entry.count, tiff.littleEndian);
      if (entry.byteLength <= 4) bytes.set(tiff.bytes(entry), 8);
      else viewOf(bytes).setUint32(8, entry.offset, tiff.littleEndian);
      return bytes;
    });
  return { main: all(tiff.pages[0]), exif: all(tiff.exif), gps: all(tiff.gps) };
}

function entryOf(tag: number, type: number, count: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES);
  const view = viewOf(bytes);
  view.setUint16(0, tag, littleEndian);
  view.setUint16(2, type, littleEndian);
  view.setUint32(4, count, littleEndian);
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * The directories of `content` as bytes that are to lie at `offset` (even) of their file or block, and where the first
 * directory then is. A directory that gets no tags is not written anew.
 * @param others further entries of the directories; of two with one tag, they are the ones that count
 */
export function layOut(
  content: ExifContent,
  offset: number,
  others: ExifEntries = { main: [], exif: [], gps: [] },
  littleEndian = true,
): { bytes: Buffer; first: number } {
  const tagOf = (entry: Uint8Array): number => viewOf(entry).getUint16(0, littleEndian);
  const pieces: Uint8Array[] = [];
  let end = offset;
  const place = (entries: Uint8Array[], tags: ExifTag[]): number => {
    const at = end;
    const taken = new Set(entries.map(tagOf));
    const added = tags.filter(({ tag }) => !taken.has(tag));
    const table = new Uint8Array(2 + (entries.length + added.length) * ENTRY_BYTES + 4);
    const values: Uint8Array[] = [];
    let valueAt = at + table.length;
    const own = added.map(({ tag, type, count, value: littleEndianValue }) => {
      const value = Uint8Array.from(littleEndianValue);
      if (!littleEndian) turnRound(value, type);
      const entry = entryOf(tag, type, count, littleEndian);
      if (value.length <= 4) entry.set(value, 8);
      else {
        viewOf(entry).setUint32(8, valueAt, littleEndian);
        const padded = new Uint8Array(value.length + (value.length % 2));
        padded.set(value);
        values.push(padded);
        valueAt += padded.length;
      }
      return entry;
    });
    const sorted = [...entries, ...own].sort((a, b) => tagOf(a) - tagOf(b));
    viewOf(table).setUint16(0, sorted.length, littleEndian);
    sorted.forEach((entry, index) => {
      table.set(entry, 2 + index * ENTRY_BYTES);
    });
    pieces.push(table, ...values);
    end = valueAt;
    return at;
  };
  const pointers = new Map<number, Uint8Array>();
  for (const [tag, entries, tags] of [
    [TAG.exifIfd, others.exif, content.exif],
    [TAG.gpsIfd, others.gps, content.gps],
  ] as const) {
    if (tags.length === 0) continue;
    const pointer = entryOf(tag, LONG, 1, littleEndian);
    viewOf(pointer).setUint32(8, place(entries, tags), littleEndian);
    pointers.set(tag, pointer);
  }
  const main = others.main.filter((entry) => !pointers.has(tagOf(entry)));
  const first = place([...main, ...pointers.values()], content.main);
  return { bytes: Buffer.concat(pieces), first };
}

/** An EXIF block as JPEG has it, from its `Exif\0\0` on. */
export function exifBlock(content: ExifContent): Buffer {
  const header = Buffer.from('Exif\0\0II*\0\0\0\0\0', 'latin1');
  const { bytes, first } = layOut(content, 8);
  header.writeUInt32LE(first, 10);
  return Buffer.concat([header, bytes]);
}
