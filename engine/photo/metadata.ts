import { exifBlock, readExif } from './exifBlock.ts';
import type { ExifContent } from './exifBlock.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { InputFile } from './input.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { blockReader, exifBody, exifReader } from './takenAt.ts';
import { readTiffStructure, TAG } from './tiffDirectory.ts';
import type { CopyFormat, MetadataPolicy } from './types.ts';

/**
 * The image with the metadata that its copy shall have. Whatever the policy, the copy never keeps
 *
 * - small pictures of the unprotected photo (the EXIF thumbnail, previews in a maker note, in XMP or in Photoshop's
 *   blocks): they would hand out what the noise protects, and viewers make their own thumbnails;
 * - text and data of unknown meaning outside EXIF, XMP, IPTC and ICC.
 *
 * The ICC profile and the orientation always stay. `strip-gps` removes the GPS directory of EXIF and every GPS
 * property of XMP; `strip` removes EXIF whole, and the GPS properties of XMP if that is kept.
 */
export function applyMetadataPolicy(own: Own, image: VipsImage, policy: MetadataPolicy): VipsImage {
  const copy = own(image.copy());
  const names = fieldNames(copy);
  const removeAll = (pattern: RegExp): void => {
    for (const name of names) if (pattern.test(name)) copy.remove(name);
  };

  removeAll(/^jpeg-thumbnail-data$|^exif-ifd1-|^photoshop-data$|^png-comment-|^gainmap/);
  if (policy.exif === 'strip') removeAll(/^exif-|^image-description$/);
  if (policy.exif === 'strip-gps') removeAll(/^exif-ifd3-|^exif-ifd\d-GPS/);
  if (policy.exif !== 'strip' && makerNoteHasPicture(copy)) removeAll(/^exif-ifd\d-MakerNote$/);

  if (policy.xmp === 'strip') {
    removeAll(/^xmp-data$|^iptc-data$/);
    return copy;
  }
  if (names.includes('xmp-data')) {
    const xmp = cleanXmp(copy.getBlob('xmp-data'), policy.exif !== 'keep');
    if (xmp) copy.setBlob('xmp-data', xmp);
    else copy.remove('xmp-data');
  }
  if (names.includes('iptc-data')) {
    const iptc = iptcOnly(copy.getBlob('iptc-data'));
    if (iptc) copy.setBlob('iptc-data', iptc);
    else copy.remove('iptc-data');
  }
  return copy;
}

/**
 * The EXIF data that libvips does not carry over by itself, because it neither reads nor writes that of TIFF: what is
 * to be added when the photo or its copy is one; null when there is nothing to add.
 */
export function exifToAdd(
  input: InputFile,
  image: VipsImage,
  format: CopyFormat,
  policy: MetadataPolicy,
): ExifContent | null {
  if (policy.exif === 'strip' || (input.format !== 'tiff' && format !== 'tiff')) return null;
  const readAt = exifReader(input, image);
  const content = readAt && readExif(readAt);
  return content && { ...content, gps: policy.exif === 'keep' ? content.gps : [] };
}

/** Gives the image EXIF data, as if it had come with it; more than the 64 KB that a JPEG can hold is left out. */
export function attachExif(vips: PhotoLibrary, image: VipsImage, content: ExifContent): void {
  withHandles((own) => {
    // libvips writes only those tags that it has read itself: it reads them from a picture of one pixel.
    const pixel = Buffer.from(own(vips.Image.black(1, 1)).jpegsaveBuffer({ keep: 'none' }));
    const block = exifBlock(content);
    const marker = Buffer.from([0xff, 0xe1, 0, 0]);
    if (block.length + 2 > 0xffff) return;
    marker.writeUInt16BE(block.length + 2, 2);
    const carrier = own(
      vips.Image.jpegloadBuffer(Buffer.concat([pixel.subarray(0, 2), marker, block, pixel.subarray(2)])),
    );
    for (const name of fieldNames(carrier))
      if (name.startsWith('exif-ifd')) image.setString(name, carrier.getString(name));
    image.setBlob('exif-data', carrier.getBlob('exif-data'));
  });
}

/** Names of all metadata fields of the image. */
export function fieldNames(image: VipsImage): string[] {
  const fields = image.getFields();
  try {
    return [...fields];
  } finally {
    fields.delete();
  }
}

/** Cameras may put a JPEG preview of the photo into the maker note. */
function makerNoteHasPicture(image: VipsImage): boolean {
  if (image.getTypeof('exif-data') === 0) return false;
  const exif = readTiffStructure(blockReader(exifBody(image.getBlob('exif-data'))));
  const note = exif?.exif?.get(TAG.makerNote);
  return exif !== null && note !== undefined && Buffer.from(exif.bytes(note)).includes(Buffer.from([0xff, 0xd8, 0xff]));
}

/**
 * An XMP packet without embedded pictures and, if so wanted, without GPS properties, whatever prefix they have; null
 * when that cannot be done for certain, and then there is to be no packet.
 */
export function cleanXmp(packet: Uint8Array, removeGps: boolean): Uint8Array | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(packet);
  } catch {
    return null;
  }
  const names = removeGps ? '(?:GPS\\w*|Thumbnails|image)' : '(?:Thumbnails|image)';
  const name = `[\\w.-]+:${names}`;
  const cleaned = text
    .replace(new RegExp(`\\s${name}\\s*=\\s*("[^"]*"|'[^']*')`, 'g'), '')
    .replace(new RegExp(`<(${name})(\\s[^>]*)?/>`, 'g'), '')
    .replace(new RegExp(`<(${name})(\\s[^>]*)?>[\\s\\S]*?</\\1\\s*>`, 'g'), '');
  const left = removeGps ? /:GPS\w|:Thumbnails\b|xmpGImg:image\b/ : /:Thumbnails\b|xmpGImg:image\b/;
  return left.test(cleaned) ? null : new TextEncoder().encode(cleaned);
}

const PHOTOSHOP_HEADER = 'Photoshop 3.0\0';
const IPTC_RESOURCE = 0x0404;

/**
 * The IPTC block alone: JPEG keeps it among Photoshop's resources, one of which is a thumbnail. A block that is not
 * made of such resources (TIFF) is the IPTC data itself. Null when there is none.
 */
export function iptcOnly(block: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const header =
    bytes.toString('latin1', 0, PHOTOSHOP_HEADER.length) === PHOTOSHOP_HEADER ? PHOTOSHOP_HEADER.length : 0;
  if (header === 0 && bytes.toString('latin1', 0, 4) !== '8BIM') return block;
  for (let at = header; at + 12 <= bytes.length && bytes.toString('latin1', at, at + 4) === '8BIM';) {
    const id = bytes.readUInt16BE(at + 4);
    // A Pascal string, padded to an even length, then the data, padded likewise.
    const nameLength = 1 + bytes.readUInt8(at + 6);
    const sizeAt = at + 6 + nameLength + (nameLength % 2);
    if (sizeAt + 4 > bytes.length) return null;
    const size = bytes.readUInt32BE(sizeAt);
    const end = sizeAt + 4 + size + (size % 2);
    if (id === IPTC_RESOURCE) {
      return Buffer.concat([bytes.subarray(0, header), bytes.subarray(at, Math.min(end, bytes.length))]);
    }
    at = end;
  }
  return null;
}
