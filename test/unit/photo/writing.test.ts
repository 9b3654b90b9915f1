import type * as FileSystem from 'node:fs';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as NoiseRows from '../../../engine/photo/noiseRows.ts';
import { closePhotoLibrary, renderCopy, writeNoise } from '../../../engine/photo/index.ts';
import type { CopyFormat, RenderOptions } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { samplePhoto, writePhoto } from '../../fixtures/photos.ts';

/** The disk's answers that a test asks for: after `bytes` written bytes, `call` fails with `code`. */
const fault = vi.hoisted(() => ({ call: '', code: '', bytes: 0, times: 0 }));
const noise = vi.hoisted(() => ({ extra: 0 }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof FileSystem>();
  const fail = (call: string): void => {
    if (fault.call !== call || fault.bytes > 0) return;
    fault.times += 1;
    throw Object.assign(new Error(fault.code), { code: fault.code, syscall: call });
  };
  return {
    ...real,
    openSync: (path: string, flags: string | number) => {
      if (path.endsWith('.part')) fail('open');
      return real.openSync(path, flags);
    },
    writeSync: (descriptor: number, data: Uint8Array, offset: number, length: number, position: number) => {
      fault.bytes -= length;
      fail('write');
      return real.writeSync(descriptor, data, offset, length, position);
    },
    fsyncSync: (descriptor: number) => {
      fail('fsync');
      real.fsyncSync(descriptor);
    },
    renameSync: (from: string, to: string) => {
      fail('rename');
      real.renameSync(from, to);
    },
  };
});

vi.mock('../../../engine/photo/noiseRows.ts', async (importOriginal) => {
  const real = await importOriginal<typeof NoiseRows>();
  class TooStrong extends real.NoiseRows {
    override row(y: number): Int16Array {
      return super.row(y).map((sample) => sample + noise.extra);
    }
  }
  return { ...real, NoiseRows: TooStrong };
});

const folder = temporaryFolder();
afterAll(closePhotoLibrary);
beforeEach(() => {
  Object.assign(fault, { call: '', code: '', bytes: 0, times: 0 });
  noise.extra = 0;
});

const options: RenderOptions = {
  format: 'same',
  quality: 92,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};
const grain = makeNoise(60, 45, 8);

/** An empty folder, asked afterwards what was left in it. */
function target(name: string): { stem: string; left: () => string[] } {
  const path = `${folder}/${name}`;
  mkdirSync(path);
  return { stem: `${path}/photo`, left: () => readdirSync(path) };
}

describe('a copy that cannot be written', () => {
  const formats: CopyFormat[] = ['jpeg', 'png', 'webp', 'tiff', 'avif'];

  it.each(formats)('because the disk is full says so and leaves nothing: %s', async (format) => {
    const { stem, left } = target(`full-${format}`);
    Object.assign(fault, { call: 'write', code: 'ENOSPC', bytes: 5000 });
    await expect(renderCopy(samplePhoto('cat'), grain, { ...options, format }, stem)).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(fault.times).toBeGreaterThan(0);
    expect(left()).toEqual([]);
  });

  it.each([
    ['open', 'EROFS', 'read-only'],
    ['open', 'EACCES', 'read-only'],
    ['write', 'EDQUOT', 'disk-full'],
    ['fsync', 'ENOSPC', 'disk-full'],
    ['fsync', 'EIO', 'unwritable'],
    ['rename', 'EACCES', 'unwritable'],
    ['rename', 'EISDIR', 'name-taken'],
  ])('because %s fails with %s is %s', async (call, code, expected) => {
    const { stem, left } = target(`${call}-${code}`);
    writeFileSync(`${stem}.jpg`, 'an earlier copy');
    Object.assign(fault, { call, code });
    await expect(renderCopy(samplePhoto('cat'), grain, options, stem)).rejects.toMatchObject({ code: expected });
    expect(left()).toEqual(['photo.jpg']);
    expect(readFileSync(`${stem}.jpg`, 'utf8')).toBe('an earlier copy');
  });

  it('because its folder has gone is vanished', async () => {
    await expect(renderCopy(samplePhoto('cat'), grain, options, `${folder}/gone/photo`)).rejects.toMatchObject({
      code: 'vanished',
    });
  });

  it('because its name is too long says so before any work', async () => {
    const { stem, left } = target('long');
    await expect(renderCopy(samplePhoto('cat'), grain, options, `${stem}${'n'.repeat(250)}`)).rejects.toMatchObject({
      code: 'too-long-name',
    });
    expect(left()).toEqual([]);
  });

  it('but a name of 255 bytes, quotes, emoji and right-to-left letters is fine', async () => {
    const { stem } = target('names');
    const name = `“it's” 📷 صورة `;
    const long = `${name}${'n'.repeat(255 - 4 - Buffer.byteLength(name))}`;
    const copy = await renderCopy(samplePhoto('cat'), grain, options, stem.replace(/photo$/, long));
    expect(existsSync(copy.path)).toBe(true);
  });

  it('a folder that has its name stays', async () => {
    const { stem, left } = target('folder');
    mkdirSync(`${stem}.jpg`);
    await expect(renderCopy(samplePhoto('cat'), grain, options, stem)).rejects.toMatchObject({ code: 'name-taken' });
    expect(left()).toEqual(['photo.jpg']);
  });

  it('too large for its format says so', async () => {
    const { stem, left } = target('size');
    const path = await writePhoto(folder, 'wide.png', { format: 'png', width: 17_000, height: 4 });
    const webp: RenderOptions = { ...options, format: 'webp' };
    await expect(renderCopy(path, grain, webp, stem)).rejects.toMatchObject({ code: 'too-large' });
    expect(left()).toEqual([]);
    expect((await renderCopy(path, grain, { ...webp, longEdge: 16_000 }, stem)).width).toBe(16_000);
  });
});

describe('a copy that would exceed the budget', () => {
  it('is an error and no file', async () => {
    const { stem, left } = target('budget');
    noise.extra = 1;
    await expect(renderCopy(samplePhoto('cat'), grain, options, stem)).rejects.toMatchObject({
      code: 'budget-exceeded',
    });
    expect(left()).toEqual([]);
  });
});

describe('a noise file that cannot be written', () => {
  it('leaves nothing', async () => {
    const { stem, left } = target('noise');
    Object.assign(fault, { call: 'write', code: 'ENOSPC' });
    await expect(writeNoise(`${stem}.png`, grain)).rejects.toMatchObject({ code: 'disk-full' });
    expect(left()).toEqual([]);
  });
});
