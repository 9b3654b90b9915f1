import type { Output } from './atomicWrite.ts';
import { layOut } from './exifBlock.ts';
import type { ExifContent } from './exifBlock.ts';
import { TAG } from './tiffDirectory.ts';

/** What libvips does not write into a TIFF, or not rightly. */
export interface TiffAdditions {
  exif: ExifContent | null;
  /** IPTC records. */
  iptc: Uint8Array | null;
  /** The channel beyond the colours is not the transparency that libvips calls it. */
  otherChannel: boolean;
}

const UNDEFINED = 7;

/**
 * Adds these to the TIFF that libvips has just written: a new first directory, with the old one's entries and the EXIF
 * directories, goes to the end of the file and the header is pointed at it.
 */
export function finishTiff(output: Output, { exif, iptc, otherChannel }: TiffAdditions): void {
  if (!exif && !iptc && !otherChannel) return;
  const header = Buffer.from(output.readAt(0, 8));
  if (header.toString('latin1', 0, 4) !== 'II*\0') throw new Error('libvips wrote another kind of TIFF');
  const directory = header.readUInt32LE(4);
  const count = Buffer.from(output.readAt(directory, 2)).readUInt16LE();
  const table = Buffer.from(output.readAt(directory + 2, count * 12));
  const entries = Array.from({ length: count }, (_, index) => table.subarray(index * 12, index * 12 + 12));
  if (otherChannel) {
    for (const entry of entries) if (entry.readUInt16LE(0) === TAG.extraSamples) entry.writeUInt16LE(0, 8);
  }

  const content = exif ?? { main: [], exif: [], gps: [] };
  const main = iptc
    ? [...content.main, { tag: TAG.iptc, type: UNDEFINED, count: iptc.length, value: iptc }]
    : content.main;
  const size = output.size();
  const offset = size + (size % 2);
  const { bytes, first } = layOut({ ...content, main }, offset, { main: entries, exif: [], gps: [] });
  output.writeAt(offset, bytes);
  header.writeUInt32LE(first, 4);
  output.writeAt(0, header);
}
