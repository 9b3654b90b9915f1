import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Output } from './atomicWrite.ts';
import { entriesOf, layOut } from './exifBlock.ts';
import type { ExifContent, ExifTag } from './exifBlock.ts';
import { attachExif, exifAsWritten, MAX_EXIF_BYTES } from './exifCarrier.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { blockReader, exifBody } from './takenAt.ts';
import { readTiffStructure } from './tiffDirectory.ts';
import type { TiffDirectory, TiffEntry, TiffStructure } from './tiffDirectory.ts';

/** Room in the EXIF block of a copy for the tags that libvips would drop. */
export interface ExifRoom {
  /** With what the room begins in the file. */
  mark: Buffer;
  lost: ExifContent;
}

/** Inter-colour profile (TIFF/EP): libvips carries it along as it is, and no photo has it in its EXIF. */
const ROOM_TAG = 0x8773;
const UNDEFINED = 7;
const MARK_BYTES = 16;
/** An EXIF block is not longer. */
const BLOCK_BYTES = 1 << 16;
const WINDOW_BYTES = 1 << 20;

/**
 * Reserves room for those tags of `content` that libvips would not write into the copy: it drops what its EXIF library
 * does not know (ratings, the host computer, new and private tags). Null when none would be lost, or they do not fit.
 *
 * All formats but TIFF have the same block, each in another place, and only libvips knows how to put it there: so a tag
 * that it carries along as it is keeps the room, and {@link fillExifRoom} uses it once the file is written.
 */
export function reserveExif(vips: PhotoLibrary, image: VipsImage, content: ExifContent): ExifRoom | null {
  const block = exifAsWritten(vips, image);
  const tiff = block && readTiffStructure(blockReader(exifBody(block)));
  if (!block || !tiff) return null;
  const lost = {
    main: missing(content.main, tiff.pages[0]),
    exif: missing(content.exif, tiff.exif),
    gps: missing(content.gps, tiff.gps),
  };
  if (lost.main.length + lost.exif.length + lost.gps.length === 0) return null;

  const entries = entriesOf(tiff);
  const mark = randomBytes(MARK_BYTES);
  // One byte more: the directories begin at an even offset.
  const needed = layOut(lost, 0, entries, tiff.littleEndian).bytes.length + 1;
  const value = Buffer.alloc(Math.max(MARK_BYTES, needed));
  value.set(mark);
  const room = { tag: ROOM_TAG, type: UNDEFINED, count: value.length, value };
  const padded = Buffer.concat([block, Buffer.alloc(exifBody(block).length % 2)]);
  const body = exifBody(padded);
  const { bytes, first } = layOut({ main: [room], exif: [], gps: [] }, body.length, entries, tiff.littleEndian);
  pointAt(body, first, tiff.littleEndian);
  if (padded.length + bytes.length > MAX_EXIF_BYTES) return null;
  attachExif(image, Buffer.concat([padded, bytes]));
  return { mark, lost };
}

function missing(tags: ExifTag[], directory: TiffDirectory | null | undefined): ExifTag[] {
  return tags.filter(({ tag }) => !directory?.has(tag));
}

/** Points a block's header at its first directory. */
function pointAt(header: Uint8Array, first: number, littleEndian: boolean): void {
  new DataView(header.buffer, header.byteOffset).setUint32(4, first, littleEndian);
}

/**
 * Writes the lost tags into the room that the copy has for them: new directories, with the entries of the old ones, to
 * which the block's header is pointed. All else stays where it is, as maker notes must.
 */
export function fillExifRoom(output: Output, { mark, lost }: ExifRoom): void {
  const at = find(output, mark);
  // Left out by libvips, EXIF and all.
  if (at === null) return;
  const block = blockAround(output, at);
  if (!block) throw new Error('libvips wrote the EXIF block in another way');
  const { start, tiff, room } = block;
  const { littleEndian } = tiff;
  const entries = entriesOf({ ...tiff, pages: tiff.pages.map(withoutRoom) });
  const offset = room.offset + (room.offset % 2);
  const { bytes, first } = layOut(lost, offset, entries, littleEndian);
  if (offset + bytes.length > room.offset + room.byteLength) throw new Error('libvips wrote more EXIF than before');
  output.writeAt(at, Buffer.alloc(room.byteLength));
  output.writeAt(start + offset, bytes);
  const header = Uint8Array.from(output.readAt(start, 8));
  pointAt(header, first, littleEndian);
  output.writeAt(start, header);
  renewPngChecksum(output, start - 8);
}

function withoutRoom(directory: TiffDirectory): TiffDirectory {
  return new Map([...directory].filter(([tag]) => tag !== ROOM_TAG));
}

/** Where these bytes are in the file. */
function find(output: Output, bytes: Buffer): number | null {
  const size = output.size();
  for (let from = 0; from < size; from += WINDOW_BYTES) {
    const at = Buffer.from(output.readAt(from, WINDOW_BYTES + bytes.length)).indexOf(bytes);
    if (at >= 0) return from + at;
  }
  return null;
}

/** The EXIF block whose room is at this place of the file. */
function blockAround(output: Output, at: number): { start: number; tiff: TiffStructure; room: TiffEntry } | null {
  const from = Math.max(0, at - BLOCK_BYTES);
  const before = Buffer.from(output.readAt(from, at - from));
  for (const header of ['II*\0', 'MM\0*']) {
    // A maker note can have such a header too.
    for (let found = before.lastIndexOf(header, undefined, 'latin1'); found >= 0;) {
      const start = from + found;
      const tiff = readTiffStructure((offset, length) => output.readAt(start + offset, Math.min(length, BLOCK_BYTES)));
      const room = tiff?.pages[0]?.get(ROOM_TAG);
      if (tiff && room && start + room.offset === at) return { start, tiff, room };
      found = found === 0 ? -1 : before.lastIndexOf(header, found - 1, 'latin1');
    }
  }
  return null;
}

/** PNG has a checksum after each of its chunks. */
function renewPngChecksum(output: Output, chunk: number): void {
  const head = Buffer.from(output.readAt(Math.max(0, chunk), 8));
  if (head.toString('latin1', 4) !== 'eXIf') return;
  const length = head.readUInt32BE(0);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(output.readAt(chunk + 4, 4 + length)));
  output.writeAt(chunk + 8 + length, checksum);
}
