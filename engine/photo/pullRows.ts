import type { Own } from './handles.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';

/** Puts a stream of bytes, which comes in pieces of any length, together to rows of equal length. */
class RowCollector {
  readonly #row: Uint8Array;
  readonly #onRow: (row: Uint8Array) => void;
  #filled = 0;

  /** @param onRow gets every whole row in turn; the array is used again for the next one. */
  constructor(rowBytes: number, onRow: (row: Uint8Array) => void) {
    this.#row = new Uint8Array(rowBytes);
    this.#onRow = onRow;
  }

  push(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length;) {
      const piece = bytes.subarray(taken, taken + this.#row.length - this.#filled);
      this.#row.set(piece, this.#filled);
      taken += piece.length;
      this.#filled += piece.length;
      if (this.#filled === this.#row.length) {
        this.#filled = 0;
        this.#onRow(this.#row);
      }
    }
  }
}

/**
 * Pulls `image` once, from top to bottom: one evaluation, as libvips forgets a file's last rows between two and could not
 * go on where it was.
 * @param onRow gets every row's bytes in turn; the array is used again for the next one.
 */
export function pullRows(
  vips: PhotoLibrary,
  own: Own,
  image: VipsImage,
  rowBytes: number,
  onRow: (row: Uint8Array) => void,
): void {
  const rows = new RowCollector(rowBytes, onRow);
  const target = own(new vips.TargetCustom());
  target.onWrite = (bytes) => {
    rows.push(bytes);
    return bytes.length;
  };
  image.rawsaveTarget(target);
}
