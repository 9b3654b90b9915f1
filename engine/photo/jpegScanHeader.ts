import type { ReadAt } from './tiffDirectory.ts';

/** Bytes that are read as others than the file has. */
export interface Correction {
  offset: number;
  bytes: Uint8Array;
}

/** What a sequential JPEG must say about a scan's coefficients: first, last, and no successive approximation. */
const SEQUENTIAL = Uint8Array.from([0, 63, 0]);
const START_OF_SCAN = 0xda;
const SEQUENTIAL_FRAMES = [0xc0, 0xc1];
const MAX_SEGMENTS = 1000;

/**
 * Some phones write zeros where a sequential JPEG's scan header must say "coefficients 0 to 63". Every decoder
 * ignores the values, but ours warns about them, and a warning is how it tells of real damage. Null when the header is
 * as it should be, or not understood.
 */
export function scanHeaderCorrection(readAt: ReadAt): Correction | null {
  let sequential = false;
  for (let at = 2, segments = 0; segments < MAX_SEGMENTS; segments += 1) {
    const head = readAt(at, 5);
    const [mark, marker = 0, high = 0, low = 0, components = 0] = head;
    if (head.length < 5 || mark !== 0xff) return null;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (SEQUENTIAL_FRAMES.includes(marker)) sequential = true;
    if (marker === START_OF_SCAN) {
      const offset = at + 5 + 2 * components;
      const right = Buffer.from(readAt(offset, 3)).equals(SEQUENTIAL);
      return sequential && !right && high * 256 + low === 6 + 2 * components ? { offset, bytes: SEQUENTIAL } : null;
    }
    at += 2 + high * 256 + low;
  }
  return null;
}

/** The same data, corrected. */
export function corrected(readAt: ReadAt, correction: Correction | null): ReadAt {
  if (!correction) return readAt;
  return (offset, length) => {
    const data = readAt(offset, length);
    for (let index = 0; index < correction.bytes.length; index += 1) {
      const at = correction.offset + index - offset;
      if (at >= 0 && at < data.length) data[at] = correction.bytes[index] ?? 0;
    }
    return data;
  };
}
