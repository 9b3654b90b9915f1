import type { InputFile } from './input.ts';
import type { VipsImage } from './library.ts';
import { readTiffStructure, TAG } from './tiffDirectory.ts';
import type { ReadAt } from './tiffDirectory.ts';

/** EXIF DateTimeOriginal as `YYYY-MM-DDTHH:MM:SS`; null when there is none, or none that is a date. */
export function takenAt(input: InputFile, image: VipsImage): string | null {
  const readAt = exifReader(input, image);
  const exif = readAt && readTiffStructure(readAt);
  const entry = exif?.exif?.get(TAG.dateTimeOriginal);
  if (!exif || !entry || entry.byteLength > 64) return null;
  const text = String.fromCharCode(...exif.bytes(entry));
  const parts = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  return Number.isNaN(Date.parse(`${iso}Z`)) ? null : iso;
}

/** A reader of the photo's EXIF block: a part of the file, or in TIFF the file itself. */
export function exifReader(input: InputFile, image: VipsImage): ReadAt | null {
  if (input.format === 'tiff') return input.readAt;
  if (image.getTypeof('exif-data') === 0) return null;
  return blockReader(exifBody(image.getBlob('exif-data')));
}

/** An EXIF block without the `Exif\0\0` that JPEG puts before it. */
export function exifBody(block: Uint8Array): Uint8Array {
  return String.fromCharCode(...block.subarray(0, 6)) === 'Exif\0\0' ? block.subarray(6) : block;
}

/** A reader over bytes in memory. */
export function blockReader(block: Uint8Array): ReadAt {
  return (offset, length) => block.subarray(offset, Math.max(offset, offset + length));
}
