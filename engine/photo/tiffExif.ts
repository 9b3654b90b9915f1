import type { Output } from './atomicWrite.ts';
import { layOut } from './exifBlock.ts';
import type { ExifContent } from './exifBlock.ts';

/**
 * Adds EXIF data to the TIFF that libvips has just written, which it cannot do itself: a new first directory, with the
 * old one's entries and the EXIF directories, goes to the end of the file and the header is pointed at it.
 */
export function addExifToTiff(output: Output, content: ExifContent): void {
  const header = Buffer.from(output.readAt(0, 8));
  if (header.toString('latin1', 0, 4) !== 'II*\0') throw new Error('libvips wrote another kind of TIFF');
  const directory = header.readUInt32LE(4);
  const count = Buffer.from(output.readAt(directory, 2)).readUInt16LE();
  const table = output.readAt(directory + 2, count * 12);
  const entries = Array.from({ length: count }, (_, index) => table.subarray(index * 12, index * 12 + 12));

  const size = output.size();
  const offset = size + (size % 2);
  const { bytes, first } = layOut(content, offset, entries);
  output.writeAt(offset, bytes);
  header.writeUInt32LE(first, 4);
  output.writeAt(0, header);
}
