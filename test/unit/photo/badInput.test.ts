import type * as FileSystem from 'node:fs';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../engine/errors.ts';
import type { ErrorCode } from '../../../engine/errors.ts';
import { closePhotoLibrary, inspectPhoto, makeThumbnail, readCanvas, renderCopy } from '../../../engine/photo/index.ts';
import type { CopyFormat, RenderOptions } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { makePhoto, samplePhoto } from '../../fixtures/photos.ts';

const refused = vi.hoisted(() => ({ open: new Map<string, string>() }));
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof FileSystem>();
  return {
    ...real,
    openSync: (...args: Parameters<typeof real.openSync>) => {
      const code = refused.open.get(String(args[0]));
      if (code) throw Object.assign(new Error(code), { code });
      return real.openSync(...args);
    },
  };
});

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

const options: RenderOptions = {
  format: 'png',
  quality: 100,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};

let files = 0;
function write(bytes: Uint8Array | string, name = `bad-${(files += 1)}.jpg`): string {
  writeFileSync(`${folder}/${name}`, bytes);
  return `${folder}/${name}`;
}

/** What the work throws, which must be a sentence about this file. */
async function errorOf(path: string, work: (path: string) => Promise<unknown>): Promise<UserError> {
  const thrown = await work(path).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof UserError)) throw new Error(`expected a UserError, got ${String(thrown)}`);
  expect(thrown.file).toBe(path);
  expect(thrown.problem).toMatch(/^[“A-Z].*\.$/s);
  expect(thrown.remedy).toMatch(/^[A-Z].*\.$/s);
  return thrown;
}

/** Every way into a photo's pixels refuses the file with this code. */
async function expectRefused(path: string, code: ErrorCode): Promise<void> {
  expect((await errorOf(path, (file) => readCanvas(file, { shortEdge: 32, longEdge: 64 }))).code).toBe(code);
  expect((await errorOf(path, (file) => makeThumbnail(file, 32))).code).toBe(code);
  const render = (file: string): Promise<unknown> => renderCopy(file, makeNoise(8, 8, 8), options, `${folder}/out`);
  expect((await errorOf(path, render)).code).toBe(code);
}

/** … and its header alone is enough to tell. */
async function expectRefusedAtOnce(path: string, code: ErrorCode): Promise<void> {
  expect((await errorOf(path, inspectPhoto)).code).toBe(code);
  await expectRefused(path, code);
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

describe('files that are no photos', () => {
  it('zero bytes', () => expectRefusedAtOnce(write(''), 'empty'));
  it('a text named .jpg', () => expectRefusedAtOnce(write('This is a shopping list.\n'), 'not-a-photo'));
  it('one byte', () => expectRefusedAtOnce(write('x'), 'not-a-photo'));
  it('a folder', () => {
    mkdirSync(`${folder}/album.jpg`);
    return expectRefusedAtOnce(`${folder}/album.jpg`, 'not-a-photo');
  });
  it('a vanished file', () => expectRefusedAtOnce(`${folder}/gone.jpg`, 'vanished'));
  it('a file in a vanished folder', () => expectRefusedAtOnce(`${folder}/gone/gone.jpg`, 'vanished'));
  it('a link that leads back to itself', () => {
    symlinkSync(`${folder}/b.jpg`, `${folder}/a.jpg`);
    symlinkSync(`${folder}/a.jpg`, `${folder}/b.jpg`);
    return expectRefusedAtOnce(`${folder}/a.jpg`, 'unreadable');
  });
  it('a name that is too long', () => expectRefusedAtOnce(`${folder}/${'n'.repeat(300)}.jpg`, 'too-long-name'));
  it('a file that may not be read', async () => {
    const path = write(readFileSync(samplePhoto('cat')));
    refused.open.set(path, 'EACCES');
    await expectRefusedAtOnce(path, 'unreadable');
    refused.open.delete(path);
    expect((await inspectPhoto(path)).width).toBe(451);
  });
});

describe('formats that are not protected', () => {
  const tiff = (entries: [tag: number, type: number, value: number][]): Buffer => {
    const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
    bytes.write('II*\0', 'latin1');
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(entries.length, 8);
    entries.forEach(([tag, type, value], index) => {
      bytes.writeUInt16LE(tag, 10 + index * 12);
      bytes.writeUInt16LE(type, 12 + index * 12);
      bytes.writeUInt32LE(1, 14 + index * 12);
      bytes.writeUInt32LE(value, 18 + index * 12);
    });
    return bytes;
  };
  const box = (...brands: string[]): Buffer => {
    const bytes = Buffer.from(`\0\0\0\0ftyp${brands[0] ?? ''}\0\0\0\0${brands.slice(1).join('')}`, 'latin1');
    bytes.writeUInt32BE(bytes.length);
    return Buffer.concat([bytes, Buffer.alloc(64)]);
  };
  it.each<[string, Uint8Array | string]>([
    ['GIF', 'GIF89a\x01\0\x01\0\0\0\0'],
    [
      'SVG',
      '<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>',
    ],
    ['PDF', '%PDF-1.7\n'],
    ['Photoshop', '8BPS\0\x01'],
    ['JPEG XL', Uint8Array.from([0xff, 0x0a, 0, 0])],
    ['HEIC', box('heic', 'mif1', 'heic')],
    ['HEIF without AV1', box('mif1', 'mif1', 'heic')],
    ['a video', box('isom', 'mp42')],
    ['Canon CR3', box('crx ', 'isom')],
    ['Canon CR2', 'II*\0\x10\0\0\0CR\x02\0'],
    ['Fujifilm RAF', 'FUJIFILMCCD-RAW 0201'],
    ['Panasonic RW2', Buffer.from('IIU\0\x18\0\0\0', 'latin1')],
    ['DNG', tiff([[0xc612, 1, 0x00000401]])],
    ['sensor data (PEF, ARW, NEF)', tiff([[0x106, 3, 32803]])],
  ])('%s', async (_, bytes) => {
    await expectRefusedAtOnce(write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes), 'unsupported');
  });

  it('HEIC comes with what to do', async () => {
    const error = await errorOf(write(box('heic', 'mif1')), inspectPhoto);
    expect(error.remedy).toContain('JPEG');
  });
});

describe('a wrong extension', () => {
  it.each(['png', 'webp', 'tiff', 'avif'] as const)('does not matter: %s named .jpg', async (format) => {
    const path = write(await makePhoto({ format }));
    expect((await inspectPhoto(path)).format).toBe(format);
    expect((await readCanvas(path, { shortEdge: 32, longEdge: 64 })).height).toBe(32);
  });
});

describe('damaged photos', () => {
  const whole = new Map<string, Uint8Array>();
  const formats: [name: string, format: CopyFormat, bitDepth: 8 | 16, progressive: boolean][] = [
    ['JPEG', 'jpeg', 8, false],
    ['progressive JPEG', 'jpeg', 8, true],
    ['PNG', 'png', 8, false],
    ['interlaced PNG', 'png', 8, true],
    ['16-bit PNG', 'png', 16, false],
    ['WebP', 'webp', 8, false],
    ['TIFF', 'tiff', 8, false],
    ['AVIF', 'avif', 8, false],
  ];
  beforeAll(async () => {
    for (const [name, format, bitDepth, progressive] of formats) {
      whole.set(name, await makePhoto({ of: 'raccoon', format, bitDepth, progressive, width: 300, height: 225 }));
    }
  });
  const cases = formats.flatMap(([name]) => [0.02, 0.3, 0.6, 0.9, 0.97].map((part) => [name, part] as const));

  it.each(cases)('%s cut off at %f of its length', async (name, part) => {
    const bytes = whole.get(name) ?? new Uint8Array();
    await expectRefused(write(bytes.subarray(0, Math.floor(bytes.length * part))), 'corrupt');
  });

  it.each(formats.map(([name]) => name))('%s with a hole in the middle', async (name) => {
    const bytes = Uint8Array.from(whole.get(name) ?? []);
    bytes.fill(0xff, Math.floor(bytes.length * 0.5), Math.floor(bytes.length * 0.55));
    await expectRefused(write(bytes), 'corrupt');
  });

  it('whole photos pass', async () => {
    for (const bytes of whole.values()) {
      expect((await readCanvas(write(bytes), { shortEdge: 32, longEdge: 64 })).height).toBe(32);
    }
  });
});

describe('photos with flaws that harm nothing', () => {
  it('JPEG whose scan header says nothing, as some phones write it', async () => {
    const jpeg = Buffer.from(await makePhoto({ of: 'raccoon', format: 'jpeg', width: 300, height: 225 }));
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    const flawed = Buffer.from(jpeg);
    flawed.fill(0, scan + 11, scan + 14);
    expect(flawed.equals(jpeg)).toBe(false);
    const size = { shortEdge: 225, longEdge: 300 };
    expect(await readCanvas(write(flawed), size)).toEqual(await readCanvas(write(jpeg), size));
  });

  const segment = (marker: number, data: string): Buffer => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, Buffer.from(data, 'latin1')]);
  };
  const jfif = (version: string): Buffer => segment(0xe0, `JFIF\0${version}\0\0\x01\0\x01\0\0`);
  it.each<[string, Buffer[]]>([
    ['a stray byte between two segments', [jfif('\x01\x01'), Buffer.from([0])]],
    ['many of them', [jfif('\x01\x01'), Buffer.alloc(40, 0x20)]],
    ['JFIF 2.01', [jfif('\x02\x01')]],
    ['an unknown colour transform', [segment(0xee, 'Adobe\0\x64\0\0\0\0\x07')]],
    ['YCCK’s colour transform on RGB', [segment(0xee, 'Adobe\0\x64\0\0\0\0\x02')]],
  ])('JPEG with %s', async (_, flaw) => {
    const jpeg = Buffer.from(await makePhoto({ of: 'raccoon', format: 'jpeg', width: 300, height: 225 }));
    // libvips writes either JFIF or EXIF first; the flaw takes its place.
    const rest = jpeg.subarray(4 + jpeg.readUInt16BE(4));
    const flawed = Buffer.concat([jpeg.subarray(0, 2), ...flaw, rest]);
    const size = { shortEdge: 225, longEdge: 300 };
    expect(await readCanvas(write(flawed), size)).toEqual(await readCanvas(write(jpeg), size));
    // What it is wrong about does not hide what is wrong with its picture.
    await expectRefused(write(flawed.subarray(0, Math.floor(flawed.length * 0.9))), 'corrupt');
    const hole = Buffer.from(flawed);
    hole.fill(0xff, Math.floor(hole.length * 0.5), Math.floor(hole.length * 0.55));
    await expectRefused(write(hole), 'corrupt');
  });

  it('but not JPEG with a kilobyte of other data between two segments', async () => {
    const jpeg = await makePhoto({ format: 'jpeg' });
    const flawed = Buffer.concat([jpeg.subarray(0, 2), jfif('\x01\x01'), Buffer.alloc(1024, 0x20), jpeg.subarray(2)]);
    await expectRefused(write(flawed), 'corrupt');
  });

  it('JPEG with bytes after its end', async () => {
    const path = write(Buffer.concat([await makePhoto({ format: 'jpeg' }), Buffer.from('a trailer')]));
    expect((await readCanvas(path, { shortEdge: 32, longEdge: 64 })).height).toBe(32);
  });
});

describe('photos that claim to be enormous', () => {
  it('PNG of 40 000 × 40 000 in a few hundred bytes', async () => {
    const header = Buffer.from([0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40, 8, 2, 0, 0, 0]);
    const png = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      pngChunk('IHDR', header),
      pngChunk('IDAT', deflateSync(Buffer.alloc(100_000))),
      pngChunk('IEND', Buffer.alloc(0)),
    ]);
    await expectRefusedAtOnce(write(png), 'too-large');
  });

  it('JPEG whose header was changed to 65 000 × 65 000', async () => {
    const jpeg = Buffer.from(await makePhoto({ format: 'jpeg' }));
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_000, frame + 5);
    jpeg.writeUInt16BE(65_000, frame + 7);
    await expectRefusedAtOnce(write(jpeg), 'too-large');
  });

  it('JPEG whose header was changed to 199 megapixels is found to be cut off', async () => {
    const jpeg = Buffer.from(await makePhoto({ format: 'jpeg' }));
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(12_000, frame + 5);
    jpeg.writeUInt16BE(16_600, frame + 7);
    await expectRefused(write(jpeg), 'corrupt');
  });

  it('TIFF of 100 000 × 100 000', async () => {
    const tiff = Buffer.from(await makePhoto({ format: 'tiff' }));
    const directory = tiff.readUInt32LE(4);
    for (let entry = 0; entry < tiff.readUInt16LE(directory); entry += 1) {
      const at = directory + 2 + entry * 12;
      const tag = tiff.readUInt16LE(at);
      if (tag !== 256 && tag !== 257) continue;
      tiff.writeUInt16LE(4, at + 2);
      tiff.writeUInt32LE(100_000, at + 8);
    }
    expect(['too-large', 'corrupt']).toContain((await errorOf(write(tiff), inspectPhoto)).code);
  });
});

describe('files of several pictures', () => {
  it('animated PNG', async () => {
    const png = Buffer.from(await makePhoto({ format: 'png' }));
    const control = Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]);
    const animated = Buffer.concat([png.subarray(0, 33), pngChunk('acTL', control), png.subarray(33)]);
    await expectRefusedAtOnce(write(animated), 'multi-page');
  });

  it('animated WebP', async () => {
    const body = Buffer.concat([
      Buffer.from('WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\0\0\x0f\0\0', 'latin1'),
      Buffer.from('ANIM\x06\0\0\0\0\0\0\0\0\0', 'latin1'),
    ]);
    const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
    head.writeUInt32LE(body.length, 4);
    await expectRefusedAtOnce(write(Buffer.concat([head, body])), 'multi-page');
  });

  it('AVIF sequence', async () => {
    const avif = Buffer.from(await makePhoto({ format: 'avif' }));
    avif.write('avis', 8, 'latin1');
    await expectRefusedAtOnce(write(avif), 'multi-page');
  });

  it('TIFF of two pages, but not TIFF with a thumbnail as its second', async () => {
    const page = Buffer.from(await makePhoto({ format: 'tiff' }));
    const first = page.readUInt32LE(4);
    const entries = page.readUInt16LE(first);
    /** The file with a second directory after its end: a copy of the first with NewSubfileType `kind`. */
    const withSecond = (kind: number): Buffer => {
      const copy = Buffer.alloc(2 + (entries + 1) * 12 + 4);
      copy.writeUInt16LE(entries + 1);
      copy.writeUInt16LE(254, 2);
      copy.writeUInt16LE(4, 4);
      copy.writeUInt32LE(1, 6);
      copy.writeUInt32LE(kind, 10);
      page.copy(copy, 14, first + 2, first + 2 + entries * 12);
      const padded = page.length % 2 === 0 ? page : Buffer.concat([page, Buffer.alloc(1)]);
      const both = Buffer.concat([padded, copy]);
      both.writeUInt32LE(padded.length, first + 2 + entries * 12);
      return both;
    };
    await expectRefusedAtOnce(write(withSecond(0)), 'multi-page');
    expect((await readCanvas(write(withSecond(1)), { shortEdge: 32, longEdge: 64 })).height).toBe(32);
  });

  it('JPEG with a second picture after its end (as cameras add previews) is an ordinary photo', async () => {
    const jpeg = await makePhoto({ format: 'jpeg' });
    const path = write(Buffer.concat([jpeg, jpeg]));
    expect((await readCanvas(path, { shortEdge: 32, longEdge: 64 })).height).toBe(32);
  });
});
