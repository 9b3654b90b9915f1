import type { PhotoFormat } from './types.ts';

/** Formats that we recognize in order to say what they are, not to read them. */
export type ForeignFormat = 'gif' | 'svg' | 'pdf' | 'raw' | 'bmp' | 'psd' | 'jpeg-xl' | 'jpeg-2000' | 'video';

/** How many of a file's first bytes {@link formatOf} wants to see. */
export const SNIFF_BYTES = 1024;

/**
 * What a file is by its first bytes (up to {@link SNIFF_BYTES}), never by its name; null when it is nothing we know.
 * Raw files that are TIFFs by their first bytes answer `tiff`: `tiffDirectory.ts` tells them apart.
 */
export function formatOf(head: Uint8Array): PhotoFormat | ForeignFormat | null {
  const ascii = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  const starts = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte);

  if (starts(0xff, 0xd8, 0xff)) return 'jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (ascii(4, 8) === 'ftyp') return formatOfBrands(head);
  if (ascii(8, 10) === 'CR' && (ascii(0, 2) === 'II' || ascii(0, 2) === 'MM')) return 'raw';
  if (/^(II[*+]\0|MM\0[*+])/.test(ascii(0, 4))) return 'tiff';
  // Panasonic, Olympus, Fujifilm, Sigma, Minolta
  if (/^(IIU\0|IIRO|IIRS|MMOR|FUJIFILMCCD-RAW|FOVb|\0MRM)/.test(ascii(0, 16))) return 'raw';
  if (/^GIF8[79]a/.test(ascii(0, 6))) return 'gif';
  if (ascii(0, 5) === '%PDF-') return 'pdf';
  if (ascii(0, 4) === '8BPS') return 'psd';
  if (ascii(0, 2) === 'BM' && ascii(6, 10) === '\0\0\0\0') return 'bmp';
  if (starts(0xff, 0x0a) || ascii(4, 12) === 'JXL \r\n\x87\n') return 'jpeg-xl';
  if (ascii(4, 12) === 'jP  \r\n\x87\n' || starts(0xff, 0x4f, 0xff, 0x51)) return 'jpeg-2000';
  if (
    /^\s*(\u00ef\u00bb\u00bf)?\s*(<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE svg[^>]*>|\s)*<svg[\s>]/.test(
      ascii(0, head.length),
    )
  )
    return 'svg';
  return null;
}

/** ISO base media files: the major brand and the compatible ones say which codec is inside. */
function formatOfBrands(head: Uint8Array): PhotoFormat | ForeignFormat | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 16) return null;
  const end = Math.min(head.length, view.getUint32(0));
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) {
    if (at !== 12) brands.push(String.fromCharCode(...head.subarray(at, at + 4)));
  }
  const has = (...wanted: string[]): boolean => wanted.some((brand) => brands.includes(brand));
  if (has('avif', 'avis')) return 'avif';
  if (has('heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1')) return 'heic';
  if (has('crx ')) return 'raw';
  return 'video';
}
