import type { ReadAt } from './tiffDirectory.ts';

/** One chunk of a PNG. */
export interface PngChunk {
  type: string;
  /** Where its data are. */
  offset: number;
  length: number;
}

const SIGNATURE_BYTES = 8;
const HEAD_BYTES = 8;
const CHECKSUM_BYTES = 4;
const MAX_CHUNKS = 1000;

/** The chunks of a PNG before its pixels. */
export function* pngChunks(readAt: ReadAt): Generator<PngChunk> {
  for (let at = SIGNATURE_BYTES, chunks = 0; chunks < MAX_CHUNKS; chunks += 1) {
    const head = Buffer.from(readAt(at, HEAD_BYTES));
    if (head.length < HEAD_BYTES) return;
    const type = head.toString('latin1', 4);
    if (type === 'IDAT' || type === 'IEND') return;
    const length = head.readUInt32BE(0);
    yield { type, offset: at + HEAD_BYTES, length };
    at += HEAD_BYTES + length + CHECKSUM_BYTES;
  }
}

/** How long the signature and the first chunk (IHDR) are: where chunks about colours can stand. */
export const PNG_HEADER_BYTES = SIGNATURE_BYTES + HEAD_BYTES + 13 + CHECKSUM_BYTES;

/** What samples mean, by PNG (third edition), clause 11.3.2: all but the profile and the sRGB mark. */
const COLOUR_CHUNKS = new Set(['cICP', 'cHRM', 'gAMA', 'mDCV', 'cLLI']);
/** The longest, cHRM, has 32. */
const MAX_CHUNK_BYTES = 64;

/**
 * The chunks that say what a PNG's samples mean where neither a profile nor the sRGB mark does, as they stand in the file:
 * libvips does not read them. Empty when there are none.
 */
export function colourChunks(readAt: ReadAt): Buffer {
  const all = [...pngChunks(readAt)];
  if (all.some(({ type }) => type === 'iCCP' || type === 'sRGB')) return Buffer.alloc(0);
  const wanted = all.filter(({ type, length }) => COLOUR_CHUNKS.has(type) && length <= MAX_CHUNK_BYTES);
  return Buffer.concat(
    wanted.map(({ offset, length }) => readAt(offset - HEAD_BYTES, HEAD_BYTES + length + CHECKSUM_BYTES)),
  );
}
