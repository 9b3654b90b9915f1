import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, inspectPhoto, renderCopy } from '../../../engine/photo/index.ts';
import type { MetadataPolicy, RenderOptions } from '../../../engine/photo/index.ts';
import { cleanXmp, iptcOnly } from '../../../engine/photo/metadata.ts';
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
  const directories = (path: string): TiffStructure => {
    const bytes = readFileSync(path);
    const structure = readTiffStructure((offset, length) => bytes.subarray(offset, offset + length));
    if (!structure) throw new Error('not a TIFF');
    return structure;
  };
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
    const iptc = resource(0x0404, 'caption');
    const block = Buffer.concat([
      Buffer.from('Photoshop 3.0\0'),
      resource(0x040c, 'PICTURE'),
      iptc,
      resource(0x03ed, 'x'),
    ]);
    expect(Buffer.from(iptcOnly(block) ?? [])).toEqual(Buffer.concat([Buffer.from('Photoshop 3.0\0'), iptc]));
    expect(iptcOnly(Buffer.concat([Buffer.from('Photoshop 3.0\0'), resource(0x040c, 'PICTURE')]))).toBeNull();
    expect(iptcOnly(Buffer.from('\x1c\x02plain IPTC', 'latin1'))).toEqual(Buffer.from('\x1c\x02plain IPTC', 'latin1'));
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
