import { holdsPicture, readExif } from './exifBlock.ts';
import type { ExifContent } from './exifBlock.ts';
import type { Own } from './handles.ts';
import type { InputFile } from './input.ts';
import { readIptc } from './iptc.ts';
import type { VipsImage } from './library.ts';
import { blockReader, exifBody, exifReader } from './takenAt.ts';
import { readTiffStructure, TAG } from './tiffDirectory.ts';
import type { MetadataPolicy } from './types.ts';

/**
 * The image with the metadata that its copy shall have. Whatever the policy, the copy never keeps
 *
 * - small pictures of the unprotected photo (the EXIF thumbnail, previews in a maker note, in XMP or in Photoshop's
 *   blocks): they would hand out what the noise protects, and viewers make their own thumbnails;
 * - text and data of unknown meaning outside EXIF, XMP, IPTC and ICC.
 *
 * The ICC profile and the orientation always stay. `strip-gps` removes the GPS directory of EXIF and every GPS
 * property of XMP; `strip` removes EXIF whole, and the GPS properties of XMP if that is kept. IPTC is not left on the
 * image: see {@link iptcToKeep}.
 */
export function applyMetadataPolicy(own: Own, image: VipsImage, policy: MetadataPolicy): VipsImage {
  const copy = own(image.copy());
  const names = fieldNames(copy);
  const removeAll = (pattern: RegExp): void => {
    for (const name of names) if (pattern.test(name)) copy.remove(name);
  };

  // IPTC comes back in the form that the copy's format has for it: libvips carries it along as it was in the original.
  removeAll(/^jpeg-thumbnail-data$|^exif-ifd1-|^photoshop-data$|^iptc-data$|^png-comment-|^gainmap/);
  if (policy.exif === 'strip') removeAll(/^exif-|^image-description$/);
  if (policy.exif === 'strip-gps') removeAll(/^exif-ifd3-|^exif-ifd\d-GPS/);
  if (policy.exif !== 'strip' && makerNoteHasPicture(copy)) removeAll(/^exif-ifd\d-MakerNote$/);

  if (policy.xmp === 'strip') {
    removeAll(/^xmp-data$/);
    return copy;
  }
  if (names.includes('xmp-data')) {
    const xmp = cleanXmp(copy.getBlob('xmp-data'), policy.exif !== 'keep');
    if (xmp) copy.setBlob('xmp-data', xmp);
    else copy.remove('xmp-data');
  }
  return copy;
}

/**
 * What the copy shall have of the photo's EXIF data, apart from how its pixels are stored: libvips carries over only
 * what its EXIF library knows, and neither reads nor writes that of TIFF. Null when there is nothing.
 */
export function exifToKeep(input: InputFile, image: VipsImage, policy: MetadataPolicy): ExifContent | null {
  if (policy.exif === 'strip') return null;
  const readAt = exifReader(input, image);
  const content = readAt && readExif(readAt);
  if (!content || policy.exif === 'keep') return content;
  // Nobody knows what a private tag tells, nor why one with a number of GPS's stands elsewhere.
  const exif = content.exif.filter(({ tag }) => tag >= FIRST_EXIF_TAG && tag <= LAST_EXIF_TAG);
  return { ...content, exif, gps: [] };
}

/** EXIF 3.0's own tags, from the exposure time to the lens and the gamma. */
const [FIRST_EXIF_TAG, LAST_EXIF_TAG] = [0x829a, 0xa6ff];

/** The IPTC records that are to be added to the copy; null when there are none, or none are to be kept. */
export function iptcToKeep(input: InputFile, image: VipsImage, policy: MetadataPolicy): Uint8Array | null {
  return policy.xmp === 'strip' ? null : readIptc(input, image);
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
  return exif !== null && note !== undefined && holdsPicture(exif.bytes(note));
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
  return left.test(cleaned) ? null : new TextEncoder().encode(withoutPadding(cleaned));
}

/**
 * A packet without the spaces before its end (some kilobytes, for programs that change it in place): with them it may be
 * too long for a JPEG, and libvips then leaves it out.
 */
function withoutPadding(packet: string): string {
  const end = packet.lastIndexOf('<?xpacket end');
  return end === -1 ? packet : `${packet.slice(0, end).trimEnd()}\n${packet.slice(end)}`;
}
