import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { photoError, nameOf, renameFailure, temporaryPath, writeFailure } from '../files/index.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { PhotoLibrary } from './library.ts';

/** File systems everywhere stop at this many bytes (on Windows: UTF-16 units) in one name. */
const MAX_NAME_BYTES = 255;

/** Bytes to be put into what libvips writes. */
export interface Inserted {
  /** After how many bytes. */
  at: number;
  bytes: Uint8Array;
}

/** A file that is being written under a temporary name. */
export interface Output {
  /** Up to `length` bytes at `offset`. */
  readAt(offset: number, length: number): Uint8Array;
  /** Writes all of `bytes` at `offset`. */
  writeAt(offset: number, bytes: Uint8Array): void;
  /** A libvips target over the file; bytes can be put between those that libvips writes, if it writes from first to last. */
  target(vips: PhotoLibrary, own: Own, inserted?: Inserted): InstanceType<PhotoLibrary['TargetCustom']>;
  /** Bytes written so far. */
  size(): number;
}

/**
 * Writes a file whole or not at all: `work` fills a file with a temporary name in the same folder, which is flushed
 * to the disk and takes the place of `path`. When anything fails, nothing stays behind.
 * @throws UserError `disk-full`, `read-only`, `unwritable`, `too-long-name`, `vanished` or `name-taken`, and what `work` throws.
 */
export function writeAtomically<T>(path: string, work: (output: Output, own: Own) => T): T {
  if (Buffer.byteLength(basename(path)) > MAX_NAME_BYTES) {
    throw photoError(
      'too-long-name',
      path,
      `The name ${nameOf(path)} is too long for this disk.`,
      'Choose a shorter name.',
    );
  }
  const temporary = temporaryPath(dirname(path));
  const descriptor = attempt(path, () => openSync(temporary, 'wx+'));
  try {
    let result: T;
    try {
      const { output, check } = outputOf(descriptor);
      result = checked(path, check, () => withHandles((own) => work(output, own)));
      attempt(path, () => {
        fsyncSync(descriptor);
      });
    } finally {
      attempt(path, () => {
        closeSync(descriptor);
      });
    }
    try {
      renameSync(temporary, path);
    } catch (thrown) {
      throw renameFailure(path, thrown);
    }
    flushFolder(dirname(path));
    return result;
  } catch (thrown) {
    removeQuietly(temporary);
    throw thrown;
  }
}

/** What went wrong before is what counts: on a disk that has become read-only this fails, too. A sweep will do it. */
function removeQuietly(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {
    // Said above.
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw writeFailure(path, thrown);
  }
}

/** Runs `work`; an error that a callback had to keep from libvips comes before the one that libvips then reports. */
function checked<T>(path: string, check: () => void, work: () => T): T {
  const outcome = settle(work);
  attempt(path, check);
  if ('thrown' in outcome) throw writeFailure(path, outcome.thrown);
  return outcome.value;
}

function settle<T>(work: () => T): { value: T } | { thrown: unknown } {
  try {
    return { value: work() };
  } catch (thrown) {
    return { thrown };
  }
}

function outputOf(descriptor: number): { output: Output; check: () => void } {
  let failed: { thrown: unknown } | null = null;
  const size = (): number => fstatSync(descriptor).size;
  const writeAt = (offset: number, bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
    }
  };
  const readAt = (offset: number, length: number): Uint8Array => {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < length; filled += read) {
      read = readSync(descriptor, bytes, filled, length - filled, offset + filled);
    }
    return bytes.subarray(0, filled);
  };
  /** An exception must not cross libvips' threads: it is kept, and libvips told of a failure. */
  const guarded = <R>(otherwise: R, action: () => R): R => {
    try {
      return action();
    } catch (thrown) {
      failed ??= { thrown };
      return otherwise;
    }
  };
  return {
    check: () => {
      if (failed) throw failed.thrown;
    },
    output: {
      size,
      readAt,
      writeAt,
      target: (vips, own, inserted) => {
        const target = own(new vips.TargetCustom());
        let position = 0;
        let pending = inserted ?? null;
        const write = (data: Uint8Array): void => {
          writeAt(position, data);
          position += data.length;
        };
        target.onWrite = (data) =>
          guarded(-1, () => {
            const before = pending && position + data.length >= pending.at ? pending.at - position : 0;
            write(data.subarray(0, before));
            if (pending && position === pending.at) {
              write(pending.bytes);
              pending = null;
            }
            write(data.subarray(before));
            return data.length;
          });
        // TIFF goes back to fill in what it could not know before.
        target.onRead = (length) =>
          guarded(undefined, () => {
            const bytes = readAt(position, length);
            position += bytes.length;
            return bytes.length > 0 ? bytes : undefined;
          });
        target.onSeek = (offset, whence) =>
          guarded(-1, () => {
            position = offset + (whence === 0 ? 0 : whence === 1 ? position : size());
            return position;
          });
        return target;
      },
    },
  };
}

/** Makes the new name itself durable. Windows has no such thing, and some network drives refuse it: then it is late. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The file itself is safe; only its name may be lost in a power cut within the next seconds.
  }
}
