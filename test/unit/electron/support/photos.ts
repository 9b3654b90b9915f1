import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../../../engine/errors.ts';
import type { PhotoInfo } from '../../../../engine/photo/types.ts';
import { replaceFile } from '../../../../engine/files/index.ts';
import { HostClient } from '../../../../electron/hosts/client.ts';
import { photoCalls, type PhotoCalls } from '../../../../electron/library/photoCalls.ts';
import { memoryHost, type MemoryHost } from './memoryHost.ts';

/**
 * A stand-in for a photo, so that these tests need no decoder: a text that begins with `photo`; one that is `cropped` is
 * narrower than the others. What a real photo
 * host makes of real photos is tested in test/integration/electron.
 */
export function writePhoto(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `photo ${content}`);
  return path;
}

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function read(path: string): Promise<{ info: PhotoInfo; sha256: string }> {
  const bytes = await readFile(path);
  if (bytes.length === 0) throw new UserError('empty', 'The file is empty.', 'Copy it again.', { file: path });
  if (!bytes.toString().startsWith('photo ')) {
    throw new UserError('not-a-photo', 'The file is not a photo.', 'Choose a photo.', { file: path });
  }
  return {
    info: {
      path,
      format: 'jpeg',
      width: bytes.toString().includes('cropped') ? 20 : 40,
      height: 30,
      orientation: 6,
      bitDepth: 8,
      colour: 'rgb',
      hasAlpha: false,
      hasProfile: false,
      bytes: (await stat(path)).size,
      takenAt: '2026-05-04T03:02:01',
    },
    sha256: sha256Of(path),
  };
}

export interface TestPhotoHost {
  client: HostClient<PhotoCalls>;
  memory: MemoryHost;
  /** Paths that were read, in order. */
  reads: string[];
  /** Copies that were rendered, in order. */
  renders: string[];
}

/** A photo host over {@link writePhoto}'s files. `beforeRender` may throw to stand for a failing disk. */
export function testPhotoHost(beforeRender: (source: string) => void = () => undefined): TestPhotoHost {
  const reads: string[] = [];
  const renders: string[] = [];
  const write = async (out: string, text: string): Promise<{ bytes: number }> => {
    await replaceFile(out, text);
    return { bytes: Buffer.byteLength(text) };
  };
  const memory = memoryHost<PhotoCalls>(photoCalls, () => ({
    read: async ({ path }) => {
      reads.push(path);
      return read(path);
    },
    thumbnail: ({ path, edge, out }) => write(out, `thumbnail of ${path} at ${edge}`),
    viewable: ({ path, out }) => write(out, `viewable of ${path}`),
    noiseView: ({ noise, amplification, out }) => write(out, `noise ${noise} x ${amplification}`),
    render: async ({ source, noise, options, outStem }) => {
      beforeRender(source);
      renders.push(source);
      const path = `${outStem}.${options.format === 'png' ? 'png' : 'jpg'}`;
      const { bytes } = await write(path, `copy of ${source} with ${noise}`);
      return {
        path,
        format: options.format === 'png' ? 'png' : 'jpeg',
        lossless: options.format === 'png',
        width: 30,
        height: 40,
        bytes,
        figures: { maxAbs: 8, psnr: 33.5, ssim: 0.97 },
        seconds: { decode: 0.1, render: 0.2, encode: 0.3 },
      };
    },
  }));
  return { client: new HostClient<PhotoCalls>('photos', photoCalls, memory.start), memory, reads, renders };
}
