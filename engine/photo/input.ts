import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { corrected, headerCorrections } from './jpegHeader.ts';
import { checkSinglePicture } from './pictures.ts';
import { nameOf, photoError, readFailure } from '../files/index.ts';
import { rawError } from './failure.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { PhotoLibrary } from './library.ts';
import { formatOf, SNIFF_BYTES } from './sniff.ts';
import type { ForeignFormat } from './sniff.ts';
import type { ReadAt } from './tiffDirectory.ts';
import type { PhotoFormat } from './types.ts';

/** An original that has been opened, for reading only, and found to be one still picture of a format we read. */
export interface InputFile {
  path: string;
  format: Exclude<PhotoFormat, 'heic'>;
  /** Size in bytes. */
  size: number;
  /** Which file it is, whatever its name: device and inode. */
  identity: string;
  /** Up to `length` bytes at `offset`; throws a {@link UserError} when the disk fails. */
  readAt: ReadAt;
  /** A new libvips source over the file, from its beginning. */
  source(vips: PhotoLibrary, own: Own): InstanceType<PhotoLibrary['SourceCustom']>;
  /**
   * Throws what went wrong while a source read the file: an error inside a source's callback cannot pass through
   * libvips, which only sees the end of the data.
   */
  check(): void;
}

/**
 * Opens the photo at `path`, runs `work` and closes it, with every handle that `work` owned deleted before.
 * @throws UserError when it is vanished, unreadable, empty, not a photo, of a format we do not read, or several pictures.
 */
export function withInput<T>(path: string, work: (input: InputFile, own: Own) => T): T {
  let descriptor: number;
  try {
    // Without O_NONBLOCK (which Windows does not have or need), opening a pipe would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    throw readFailure(path, thrown);
  }
  try {
    const input = inputOf(path, descriptor);
    return withHandles((own) => work(input, own));
  } finally {
    closeSync(descriptor);
  }
}

function inputOf(path: string, descriptor: number): InputFile {
  const stat = fstatSync(descriptor, { bigint: true });
  const name = nameOf(path);
  if (stat.isDirectory()) throw readFailure(path, Object.assign(new Error('is a folder'), { code: 'EISDIR' }));
  if (!stat.isFile()) {
    throw photoError('not-a-photo', path, `${name} is not an ordinary file.`, 'Choose a photo.');
  }
  if (stat.size === 0n) {
    throw photoError(
      'empty',
      path,
      `${name} is empty: it has no bytes at all.`,
      'Copy it again from the camera or from a backup.',
    );
  }
  const size = Number(stat.size);
  const readAt: ReadAt = (offset, length) => {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
    let filled = 0;
    try {
      while (filled < bytes.length) {
        const read = readSync(descriptor, bytes, filled, bytes.length - filled, offset + filled);
        if (read === 0) break;
        filled += read;
      }
    } catch (thrown) {
      throw readFailure(path, thrown);
    }
    return bytes.subarray(0, filled);
  };
  const format = readableFormat(path, formatOf(readAt(0, SNIFF_BYTES)));
  checkSinglePicture(path, format, readAt);
  const readForDecoder = format === 'jpeg' ? corrected(readAt, headerCorrections(readAt)) : readAt;

  let failed: { thrown: unknown } | null = null;
  return {
    path,
    format,
    size,
    identity: `${stat.dev}:${stat.ino}`,
    readAt,
    source: (vips, own) => {
      const source = own(new vips.SourceCustom());
      let position = 0;
      source.onRead = (length) => {
        try {
          const bytes = readForDecoder(position, length);
          position += bytes.length;
          return bytes.length > 0 ? bytes : undefined;
        } catch (thrown) {
          failed ??= { thrown };
          return undefined;
        }
      };
      source.onSeek = (offset, whence) => {
        // As lseek: 0 from the beginning, 1 from here, 2 from the end.
        position = Math.max(0, offset + (whence === 0 ? 0 : whence === 1 ? position : size));
        return position;
      };
      return source;
    },
    check: () => {
      if (failed) throw failed.thrown;
    },
  };
}

const FOREIGN_NAMES: Readonly<Record<Exclude<ForeignFormat, 'raw'>, string>> = {
  gif: 'a GIF',
  svg: 'an SVG drawing',
  pdf: 'a PDF document',
  bmp: 'a BMP picture',
  psd: 'a Photoshop document',
  'jpeg-xl': 'a JPEG XL picture',
  'jpeg-2000': 'a JPEG 2000 picture',
  video: 'a video',
};

/** The format, when it is one that we decode. */
function readableFormat(path: string, format: PhotoFormat | ForeignFormat | null): Exclude<PhotoFormat, 'heic'> {
  const name = nameOf(path);
  switch (format) {
    case 'jpeg':
    case 'png':
    case 'webp':
    case 'tiff':
    case 'avif':
      return format;
    case null:
      throw photoError(
        'not-a-photo',
        path,
        `${name} is not a photo, whatever its name says.`,
        'Choose a JPEG, PNG, WebP, TIFF or AVIF file.',
      );
    case 'raw':
      throw rawError(path);
    case 'heic':
      throw photoError(
        'unsupported',
        path,
        `${name} is a HEIC photo, which Stillgrain cannot decode.`,
        'Export it as JPEG or TIFF first; on an iPhone, Settings › Camera › Formats › Most Compatible makes JPEG from now on.',
      );
    default:
      throw photoError(
        'unsupported',
        path,
        `${name} is ${FOREIGN_NAMES[format]}, which Stillgrain does not protect.`,
        'Save it as JPEG, PNG, WebP, TIFF or AVIF and import that.',
      );
  }
}
