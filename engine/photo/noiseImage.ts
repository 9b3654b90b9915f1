import type { Own } from './handles.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import type { NoiseRows } from './noiseRows.ts';

/** What is added to the noise so that it fits into samples without a sign. */
const ZERO = { 8: 128, 16: 32768 } as const;

/**
 * Photo + noise as a libvips image, for one pass from top to bottom: each channel of the noise is added to its colour
 * channel and the sum clipped to the samples' range, as `addNoiseToRow` does. `alpha` is not touched; where it is zero
 * the colours stay as they are, because nobody sees them.
 */
export function addNoise(
  vips: PhotoLibrary,
  own: Own,
  colour: VipsImage,
  alpha: VipsImage | null,
  rows: NoiseRows,
): VipsImage {
  const bitDepth = colour.format === 'ushort' ? 16 : 8;
  const raised = own(colour.add(noiseImage(vips, own, rows, bitDepth)));
  const sum = own(own(raised.linear(1, -ZERO[bitDepth])).cast(colour.format));
  const visible = alpha ? own(own(alpha.equal(0)).ifthenelse(colour, sum)) : sum;
  return own(visible.copy({ interpretation: colour.interpretation }));
}

/**
 * The noise, raised by {@link ZERO}, computed while libvips pulls it. libvips has no source of raw samples, but one of
 * PPM, which is raw samples behind a header.
 */
function noiseImage(vips: PhotoLibrary, own: Own, rows: NoiseRows, bitDepth: 8 | 16): VipsImage {
  const { width, height, bands } = rows;
  const header = Buffer.from(`P${bands === 3 ? 6 : 5}\n${width} ${height}\n${bitDepth === 8 ? 255 : 65535}\n`);
  const rowBytes = width * bands * (bitDepth / 8);
  const length = header.length + height * rowBytes;
  const row = Buffer.alloc(rowBytes);
  const wide = bitDepth === 16 ? new Uint16Array(row.buffer, row.byteOffset, rowBytes / 2) : null;
  let rowInBuffer = -1;
  const fill = (y: number): void => {
    const noise = rows.row(y);
    const samples = wide ?? row;
    const zero = ZERO[bitDepth];
    for (let at = 0; at < noise.length; at += 1) samples[at] = (noise[at] ?? 0) + zero;
    // PPM has the high byte first.
    if (wide) row.swap16();
    rowInBuffer = y;
  };

  let position = 0;
  const source = own(new vips.SourceCustom());
  source.onRead = (wanted) => {
    if (position >= length) return undefined;
    let piece: Buffer;
    if (position < header.length) piece = header.subarray(position, position + wanted);
    else {
      const y = Math.floor((position - header.length) / rowBytes);
      if (y !== rowInBuffer) fill(y);
      const inRow = position - header.length - y * rowBytes;
      piece = row.subarray(inRow, inRow + wanted);
    }
    position += piece.length;
    // Copied: the buffer may be filled anew before libvips has taken it.
    return new Uint8Array(piece);
  };
  source.onSeek = (offset, whence) => {
    position = Math.max(0, offset + (whence === 0 ? 0 : whence === 1 ? position : length));
    return position;
  };
  return own(vips.Image.ppmloadSource(source, { access: 'sequential' }));
}
