import type { InputFile } from './input.ts';
import type { VipsImage } from './library.ts';
import { readTiffStructure, TAG } from './tiffDirectory.ts';
import type { TiffStructure } from './tiffDirectory.ts';

const PHOTOSHOP_HEADER = 'Photoshop 3.0\0';
const RESOURCE = '8BIM';
const IPTC_RESOURCE = 0x0404;
/** More than any caption, and than all that comes before it among Photoshop's resources. */
const MAX_BYTES = 65_536;
const MAX_BLOCK_BYTES = 1 << 20;

/**
 * The photo's IPTC data as such (IPTC-NAA records), whatever its file wraps it in; null when there is none. Taken from
 * the file where that is a TIFF: libvips knows only one of the two places where a TIFF can have it.
 */
export function readIptc(input: InputFile, image: VipsImage): Uint8Array | null {
  if (input.format === 'tiff') {
    const tiff = readTiffStructure(input.readAt);
    return tiff && (iptcRecords(bytesOf(tiff, TAG.iptc)) ?? iptcRecords(bytesOf(tiff, TAG.photoshop)));
  }
  return image.getTypeof('iptc-data') === 0 ? null : iptcRecords(image.getBlob('iptc-data'));
}

function bytesOf(tiff: TiffStructure, tag: number): Uint8Array {
  const entry = tiff.pages[0]?.get(tag);
  return entry ? tiff.bytes({ ...entry, byteLength: Math.min(entry.byteLength, MAX_BLOCK_BYTES) }) : new Uint8Array();
}

/**
 * The IPTC records in a block of Photoshop's resources, among which JPEG has them (another one is a thumbnail); a block
 * that is not made of resources is the records themselves. Null when there are none.
 */
export function iptcRecords(block: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const header = bytes.toString('latin1', 0, PHOTOSHOP_HEADER.length) === PHOTOSHOP_HEADER;
  let at = header ? PHOTOSHOP_HEADER.length : 0;
  if (!header && bytes.toString('latin1', 0, 4) !== RESOURCE) return sensible(block);
  while (at + 12 <= bytes.length && bytes.toString('latin1', at, at + 4) === RESOURCE) {
    const id = bytes.readUInt16BE(at + 4);
    // A Pascal string, padded to an even length, then the data, padded likewise.
    const nameLength = 1 + bytes.readUInt8(at + 6);
    const sizeAt = at + 6 + nameLength + (nameLength % 2);
    if (sizeAt + 4 > bytes.length) return null;
    const size = bytes.readUInt32BE(sizeAt);
    if (id === IPTC_RESOURCE) return sensible(bytes.subarray(sizeAt + 4, sizeAt + 4 + size));
    at = sizeAt + 4 + size + (size % 2);
  }
  return null;
}

function sensible(records: Uint8Array): Uint8Array | null {
  return records.length > 0 && records.length <= MAX_BYTES ? Uint8Array.from(records) : null;
}

/** IPTC records as JPEG has them: the only one of Photoshop's resources. */
export function photoshopBlock(records: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.write(RESOURCE, 'latin1');
  head.writeUInt16BE(IPTC_RESOURCE, 4);
  head.writeUInt32BE(records.length, 8);
  return Buffer.concat([Buffer.from(PHOTOSHOP_HEADER, 'latin1'), head, records, Buffer.alloc(records.length % 2)]);
}
