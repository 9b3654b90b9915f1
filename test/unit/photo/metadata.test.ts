import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, inspectPhoto, renderCopy } from '../../../engine/photo/index.ts';
import type { MetadataPolicy, RenderOptions } from '../../../engine/photo/index.ts';
import { iptcRecords, photoshopBlock } from '../../../engine/photo/iptc.ts';
import { cleanXmp } from '../../../engine/photo/metadata.ts';
import { readTiffStructure } from '../../../engine/photo/tiffDirectory.ts';
import type { TiffStructure } from '../../../engine/photo/tiffDirectory.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { decodePhoto, makePhoto, samplePhoto, writePhoto } from '../../fixtures/photos.ts';
import type { PhotoRecipe } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

let files = 0;
/** Renders a copy under the policy and returns its path. */
async function copyOf(
  path: string,
  metadata: MetadataPolicy,
  format: RenderOptions['format'] = 'same',
): Promise<string> {
  const options: RenderOptions = { format, quality: 92, longEdge: null, colour: 'keep', metadata };
  return (await renderCopy(path, makeNoise(60, 45, 8), options, `${folder}/copy-${(files += 1)}`)).path;
}
const original = (recipe: PhotoRecipe): Promise<string> => writePhoto(folder, `original-${(files += 1)}`, recipe);
const text = (path: string): string => readFileSync(path).toString('latin1');
const directories = (path: string): TiffStructure => {
  const bytes = readFileSync(path);
  const structure = readTiffStructure((offset, length) => bytes.subarray(offset, offset + length));
  if (!structure) throw new Error('not a TIFF');
  return structure;
};

const XMP = `<?xpacket begin="\u{feff}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"
  exif:GPSLatitude="48,12.5N" exif:GPSLongitude='16,22.1E' xmp:Rating="5">
<exif:GPSAltitude>171/1</exif:GPSAltitude><exif:GPSVersionID/>
<dc:creator><rdf:Seq><rdf:li>A. Photographer</rdf:li></rdf:Seq></dc:creator>
<xmp:Thumbnails><rdf:Alt><rdf:li><xmpGImg:image>PICTUREBASE64</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

describe('EXIF', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('is kept in %s, GPS and all', async (format) => {
    const path = await original({ of: 'river-otter', format, keepMetadata: true });
    const { fields } = await decodePhoto(await copyOf(path, { exif: 'keep', xmp: 'keep' }));
    for (const field of ['exif-ifd0-Model', 'exif-ifd2-DateTimeOriginal', 'exif-ifd3-GPSLatitude']) {
      expect(fields).toContain(field);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('loses only GPS in %s when GPS is stripped', async (format) => {
    const path = await original({ of: 'river-otter', format, keepMetadata: true });
    const copy = await copyOf(path, { exif: 'strip-gps', xmp: 'keep' });
    const { fields } = await decodePhoto(copy);
    expect(fields).toContain('exif-ifd0-Model');
    expect(fields).toContain('exif-ifd2-DateTimeOriginal');
    expect(fields.filter((field) => /GPS|ifd3/.test(field))).toEqual([]);
    expect((await inspectPhoto(copy)).takenAt).toBe('2013-10-27T12:57:04');
    // What only the GPS directory said, in the bytes themselves.
    expect(text(path)).toContain('WGS84');
    expect(text(copy)).not.toContain('WGS84');
  });

  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)(
    'is gone from %s when stripped, but for the orientation',
    async (format) => {
      const path = await original({ of: 'river-otter', format, keepMetadata: true, orientation: 6, profile: 'p3' });
      const copy = await copyOf(path, { exif: 'strip', xmp: 'strip' });
      const decoded = await decodePhoto(copy);
      expect(decoded.orientation).toBe(6);
      expect(decoded.profile).not.toBeNull();
      expect(decoded.fields.filter((field) => /Model|DateTime|GPS|Artist|Software|Lens/.test(field))).toEqual([]);
      for (const secret of ['NIKON', 'Coetzee', 'WGS84', '2013:10:27']) expect(text(copy)).not.toContain(secret);
    },
  );

  it('of the real photo as it came is treated the same', async () => {
    const path = samplePhoto('river-otter');
    const kept = await copyOf(path, { exif: 'keep', xmp: 'keep' });
    const gone = await copyOf(path, { exif: 'strip-gps', xmp: 'keep' });
    expect((await decodePhoto(kept)).fields).toContain('exif-ifd3-GPSLatitude');
    expect((await decodePhoto(gone)).fields.filter((field) => field.includes('GPS'))).toEqual([]);
    expect(text(gone)).not.toContain('WGS84');
    expect((await inspectPhoto(gone)).takenAt).toBe('2013-10-27T12:57:04');
  });
});

describe('EXIF of TIFF', () => {
  /** A TIFF with the EXIF data of the real photo. */
  const tiffOf = async (): Promise<string> => {
    const path = await original({ of: 'river-otter', format: 'jpeg', keepMetadata: true });
    return copyOf(path, { exif: 'keep', xmp: 'keep' }, 'tiff');
  };

  it('is written, although libvips cannot', async () => {
    const path = await tiffOf();
    expect((await inspectPhoto(path)).takenAt).toBe('2013-10-27T12:57:04');
    const tiff = directories(path);
    expect(tiff.gps?.size).toBeGreaterThan(5);
    const latitude = tiff.gps?.get(2);
    expect(latitude && [...new Uint32Array(Uint8Array.from(tiff.bytes(latitude)).buffer)]).toEqual([
      37, 1, 449864, 10000, 0, 1,
    ]);
    for (const known of ['NIKON D800', 'Derrick Coetzee', 'WGS84']) expect(text(path)).toContain(known);
    expect((await decodePhoto(path)).width).toBe(120);
  });

  it('is kept from TIFF to TIFF and from TIFF to JPEG, PNG and WebP, without GPS if so wanted', async () => {
    const path = await tiffOf();
    for (const format of ['tiff', 'jpeg', 'png', 'webp'] as const) {
      const kept = await copyOf(path, { exif: 'keep', xmp: 'keep' }, format);
      const gone = await copyOf(path, { exif: 'strip-gps', xmp: 'keep' }, format);
      expect((await inspectPhoto(kept)).takenAt).toBe('2013-10-27T12:57:04');
      expect((await inspectPhoto(gone)).takenAt).toBe('2013-10-27T12:57:04');
      expect(text(kept)).toContain('WGS84');
      expect(text(gone)).toContain('Derrick Coetzee');
      expect(text(gone)).not.toContain('WGS84');
      if (format === 'tiff') expect(directories(gone).gps).toBeNull();
      else expect((await decodePhoto(gone)).fields.filter((field) => /GPS|ifd3/.test(field))).toEqual([]);
    }
  });

  it('is gone when stripped', async () => {
    const copy = await copyOf(await tiffOf(), { exif: 'strip', xmp: 'strip' });
    expect(directories(copy).exif).toBeNull();
    for (const secret of ['NIKON', 'Coetzee', 'WGS84']) expect(text(copy)).not.toContain(secret);
  });
});

describe('small pictures of the unprotected photo', () => {
  it('do not stay in EXIF', async () => {
    const thumbnail = await makePhoto({ of: 'river-otter', format: 'jpeg', width: 64, height: 48, quality: 80 });
    const path = await original({
      of: 'river-otter',
      format: 'jpeg',
      keepMetadata: true,
      attach: { 'jpeg-thumbnail-data': thumbnail },
    });
    expect((await decodePhoto(path)).fields).toContain('jpeg-thumbnail-data');
    expect(readFileSync(path).includes(Buffer.from(thumbnail.subarray(-400)))).toBe(true);
    const copy = await copyOf(path, { exif: 'keep', xmp: 'keep' });
    const { fields } = await decodePhoto(copy);
    expect(fields).toContain('exif-ifd0-Model');
    expect(fields.filter((field) => /thumbnail|ifd1/.test(field))).toEqual([]);
    expect(readFileSync(copy).includes(Buffer.from(thumbnail.subarray(-400)))).toBe(false);
  });

  it('do not stay in XMP', async () => {
    const path = await original({ format: 'jpeg', attach: { 'xmp-data': Buffer.from(XMP) } });
    expect(text(path)).toContain('PICTUREBASE64');
    const copy = await copyOf(path, { exif: 'keep', xmp: 'keep' });
    expect(text(copy)).toContain('A. Photographer');
    expect(text(copy)).toContain('exif:GPSLatitude');
    expect(text(copy)).not.toContain('PICTUREBASE64');
  });

  it('do not stay in Photoshop’s resources', () => {
    const resource = (id: number, data: string): Buffer => {
      const head = Buffer.from('8BIM\0\0\0\0\0\0\0\0', 'latin1');
      head.writeUInt16BE(id, 4);
      head.writeUInt32BE(data.length, 8);
      return Buffer.concat([head, Buffer.from(data.length % 2 ? `${data}\0` : data, 'latin1')]);
    };
    const header = Buffer.from('Photoshop 3.0\0');
    const picture = resource(0x040c, 'PICTURE');
    const block = Buffer.concat([header, picture, resource(0x0404, 'caption'), resource(0x03ed, 'x')]);
    expect(Buffer.from(iptcRecords(block) ?? []).toString()).toBe('caption');
    expect(photoshopBlock(Buffer.from('caption'))).toEqual(Buffer.concat([header, resource(0x0404, 'caption')]));
    expect(iptcRecords(Buffer.concat([header, picture]))).toBeNull();
    const plain = Buffer.from('\x1c\x02plain IPTC', 'latin1');
    expect(Buffer.from(iptcRecords(plain) ?? [])).toEqual(plain);
  });
});

describe('IPTC', () => {
  const record = (dataset: number, value: string): Buffer =>
    Buffer.concat([Buffer.from([0x1c, 2, dataset, 0, value.length]), Buffer.from(value, 'latin1')]);
  const IPTC = Buffer.concat([record(80, 'A. Photographer'), record(116, '(c) me!'), record(120, 'An otter')]);
  const keep: MetadataPolicy = { exif: 'keep', xmp: 'keep' };

  /** Tag 33723 of a TIFF, as its bytes. */
  const inTiff = (path: string): Buffer => {
    const tiff = directories(path);
    const entry = tiff.pages[0]?.get(33723);
    return Buffer.from(entry ? tiff.bytes(entry) : []);
  };
  /** What the first marker of Photoshop's resources in a JPEG holds. */
  const inJpeg = (path: string): Buffer => {
    const bytes = readFileSync(path);
    const at = bytes.indexOf('Photoshop 3.0\0');
    return at < 0 ? Buffer.alloc(0) : bytes.subarray(at, at - 2 + bytes.readUInt16BE(at - 2));
  };
  const jpegOf = (): Promise<string> => original({ format: 'jpeg', attach: { 'iptc-data': photoshopBlock(IPTC) } });
  /** A TIFF that has `value` as a tag of its own, of a TIFF type with `unit` bytes. */
  const tiffWith = async (tag: number, type: number, unit: number, value: Buffer): Promise<string> => {
    const path = await original({ format: 'tiff' });
    const bytes = readFileSync(path);
    const [directory, count] = [bytes.readUInt32LE(4), bytes.readUInt16LE(bytes.readUInt32LE(4))];
    const start = bytes.length + (bytes.length % 2);
    const entry = Buffer.alloc(12);
    entry.writeUInt16LE(tag, 0);
    entry.writeUInt16LE(type, 2);
    entry.writeUInt32LE(value.length / unit, 4);
    entry.writeUInt32LE(start, 8);
    const old = Array.from({ length: count }, (_, at) =>
      bytes.subarray(directory + 2 + at * 12, directory + 14 + at * 12),
    );
    const entries = [...old, entry].sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
    const value2 = Buffer.concat([value, Buffer.alloc(value.length % 2)]);
    const head = Buffer.alloc(2);
    head.writeUInt16LE(entries.length);
    const padding = Buffer.alloc(start - bytes.length);
    const changed = Buffer.concat([bytes, padding, value2, head, ...entries, Buffer.alloc(4)]);
    changed.writeUInt32LE(start + value2.length, 4);
    writeFileSync(path, changed);
    return path;
  };

  it('goes from JPEG to TIFF and back, whole, in the form that each has for it', async () => {
    const jpeg = await jpegOf();
    expect(inJpeg(await copyOf(jpeg, keep))).toEqual(photoshopBlock(IPTC));
    const tiff = await copyOf(jpeg, keep, 'tiff');
    expect(inTiff(tiff)).toEqual(IPTC);
    expect(inTiff(await copyOf(tiff, keep))).toEqual(IPTC);
    expect(inJpeg(await copyOf(tiff, keep, 'jpeg'))).toEqual(photoshopBlock(IPTC));
    expect((await decodePhoto(tiff)).width).toBe(120);
  });

  it.each([
    ['bytes', 33723, 1, 1, IPTC],
    ['undefined bytes', 33723, 7, 1, IPTC],
    ['long numbers', 33723, 4, 4, Buffer.concat([IPTC, Buffer.alloc((4 - (IPTC.length % 4)) % 4)])],
    ['resources of Photoshop', 34377, 7, 1, photoshopBlock(IPTC).subarray(14)],
  ] as const)('of a TIFF that has it as %s is kept', async (_, tag, type, unit, value) => {
    const path = await tiffWith(tag, type, unit, Buffer.from(value));
    expect(inTiff(await copyOf(path, keep)).subarray(0, IPTC.length)).toEqual(IPTC);
    const block = inJpeg(await copyOf(path, keep, 'jpeg'));
    expect(block.subarray(0, 14).toString()).toBe('Photoshop 3.0\0');
    expect(block.subarray(26, 26 + IPTC.length)).toEqual(IPTC);
  });

  it('is gone when stripped', async () => {
    const jpeg = await jpegOf();
    for (const path of [jpeg, await copyOf(jpeg, keep, 'tiff')]) {
      for (const format of ['jpeg', 'tiff'] as const) {
        expect(text(await copyOf(path, { exif: 'keep', xmp: 'strip' }, format))).not.toContain('A. Photographer');
      }
    }
  });
});

describe('XMP', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)(
    'in %s loses its GPS properties and keeps the rest',
    async (format) => {
      const path = await original({ format, attach: { 'xmp-data': Buffer.from(XMP) } });
      const { xmp } = await decodePhoto(await copyOf(path, { exif: 'strip-gps', xmp: 'keep' }));
      expect(xmp).toContain('A. Photographer');
      expect(xmp).toContain('xmp:Rating="5"');
      expect(xmp).not.toContain('GPS');
    },
  );

  it('is gone when stripped', async () => {
    const path = await original({ format: 'jpeg', attach: { 'xmp-data': Buffer.from(XMP) } });
    const copy = await copyOf(path, { exif: 'keep', xmp: 'strip' });
    expect(text(copy)).not.toContain('xpacket');
  });

  it('that only its padding makes too long for a JPEG is kept', async () => {
    const padded = XMP.replace('<?xpacket end', `${' '.repeat(70_000)}<?xpacket end`);
    const path = await original({ format: 'png', attach: { 'xmp-data': Buffer.from(padded) } });
    const { xmp } = await decodePhoto(await copyOf(path, { exif: 'keep', xmp: 'keep' }, 'jpeg'));
    expect(xmp).toContain('A. Photographer');
    expect(xmp).toMatch(/<\/x:xmpmeta>\n<\?xpacket end="w"\?>$/);
  });

  it('is still well formed after cleaning', () => {
    const cleaned = new TextDecoder().decode(cleanXmp(Buffer.from(XMP), true) ?? new Uint8Array());
    expect(cleaned).toContain('xmp:Rating="5">');
    expect(cleaned).not.toContain('GPS');
    const open = [...cleaned.matchAll(/<([\w:]+)(\s[^>]*[^/])?>/g)].map((match) => match[1]).sort();
    const closed = [...cleaned.matchAll(/<\/([\w:]+)>/g)].map((match) => match[1]).sort();
    expect(open).toEqual(closed);
  });

  it('that cannot be read for certain is not kept', () => {
    expect(cleanXmp(Buffer.from(XMP, 'utf16le').subarray(1), true)).toBeNull();
    expect(cleanXmp(Buffer.from('<a exif:GPSLatitude=48>'), true)).toBeNull();
  });
});
