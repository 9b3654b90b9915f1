import type { ReadAt } from './tiffDirectory.ts';

/** Bytes that are read as others than the file has. */
export interface Correction {
  offset: number;
  bytes: Uint8Array;
}

/** What a sequential JPEG must say about a scan's coefficients: first, last, and no successive approximation. */
const SEQUENTIAL = Uint8Array.from([0, 63, 0]);
const FILL = 0xff;
const APP0 = 0xe0;
const APP14 = 0xee;
const START_OF_SCAN = 0xda;
const SEQUENTIAL_FRAMES = [0xc0, 0xc1];
/** Start of frame: these but for the tables (C4), an extension (C8) and arithmetic conditioning (CC). */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];
const MAX_SEGMENTS = 1000;
/** Bytes between two segments that are taken for a slip of the program that wrote them; more are damage. */
const MAX_STRAY = 64;

/**
 * Flaws before a JPEG's first scan that harm nothing: every decoder passes over them, but ours warns, and a warning is
 * how it tells of real damage. They are read as what should be there:
 *
 * - stray bytes between segments: as the fill bytes that are allowed there (ITU-T T.81, B.1.1.2);
 * - a major version of JFIF that is not 1;
 * - Adobe's colour transform, where it is none of its values: as YCbCr or YCCK, which decoders then assume;
 * - zeros where a sequential JPEG's scan header must say "coefficients 0 to 63", as some phones write.
 *
 * What is not understood is left as it is.
 */
export function headerCorrections(readAt: ReadAt): Correction[] {
  const found: Correction[] = [];
  let sequential = false;
  let components = 0;
  let adobeTransform: { offset: number; value: number } | null = null;
  for (let at = 2, segments = 0; segments < MAX_SEGMENTS; segments += 1) {
    const start = markerFrom(readAt, at);
    if (start === null) return found;
    if (start > at) found.push({ offset: at, bytes: new Uint8Array(start - at).fill(FILL) });
    const head = Buffer.from(readAt(start, 20));
    const [, marker = 0] = head;
    if (head.length < 5) return found;
    const length = head.readUInt16BE(2);
    if (SEQUENTIAL_FRAMES.includes(marker)) sequential = true;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker)) components = head[9] ?? 0;
    if (marker === APP0 && length >= 16 && head.toString('latin1', 4, 9) === 'JFIF\0' && head[9] !== 1) {
      found.push({ offset: start + 9, bytes: Uint8Array.of(1) });
    }
    if (marker === APP14 && length >= 14 && head.toString('latin1', 4, 9) === 'Adobe') {
      adobeTransform = { offset: start + 15, value: head[15] ?? 0 };
    }
    if (marker === START_OF_SCAN) {
      if (adobeTransform) found.push(...transformCorrection(adobeTransform, components));
      const inScan = head[4] ?? 0;
      const offset = start + 5 + 2 * inScan;
      const right = Buffer.from(readAt(offset, 3)).equals(SEQUENTIAL);
      if (sequential && !right && length === 6 + 2 * inScan) found.push({ offset, bytes: SEQUENTIAL });
      return found;
    }
    at = start + 2 + length;
  }
  return found;
}

/** Where the next marker begins, or null when there is none near: as decoders look for it. */
function markerFrom(readAt: ReadAt, at: number): number | null {
  const bytes = readAt(at, MAX_STRAY + 2);
  for (let index = 0; index + 1 < bytes.length; index += 1) {
    const next = bytes[index + 1] ?? 0;
    if (bytes[index] === 0xff && next !== 0 && next !== FILL) return at + index;
  }
  return null;
}

function transformCorrection({ offset, value }: { offset: number; value: number }, components: number): Correction[] {
  const [known, assumed] = components === 3 ? [[0, 1], 1] : [[0, 2], 2];
  if ((components !== 3 && components !== 4) || known.includes(value)) return [];
  return [{ offset, bytes: Uint8Array.of(assumed) }];
}

/** The same data, corrected. */
export function corrected(readAt: ReadAt, corrections: readonly Correction[]): ReadAt {
  if (corrections.length === 0) return readAt;
  return (offset, length) => {
    const data = readAt(offset, length);
    for (const correction of corrections) {
      for (let index = 0; index < correction.bytes.length; index += 1) {
        const at = correction.offset + index - offset;
        if (at >= 0 && at < data.length) data[at] = correction.bytes[index] ?? 0;
      }
    }
    return data;
  };
}
