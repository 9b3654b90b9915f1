// Not through the index of views: that would load TensorFlow.js into every process that touches a photo.
import { LUMA } from '../views/luma.ts';
import { SsimMeter } from './ssim.ts';
import type { Figures } from './types.ts';

/** Samples of a picture, 8 or 16 bits each. */
export type Samples = Uint8Array | Uint16Array;

/**
 * Measures how far a changed picture is from its original (see {@link Figures}) from rows of both, pushed from top to
 * bottom. `bands` is 1 (grey) or 3 (RGB): alpha is not looked at. `unitsPer255` is how many sample units make 1/255.
 */
export class FigureMeter {
  readonly #width: number;
  readonly #bands: 1 | 3;
  readonly #unitsPer255: number;
  readonly #ssim: SsimMeter;
  readonly #original: Float64Array;
  readonly #changed: Float64Array;
  #maxAbs = 0;
  #squares = 0;
  #samples = 0;

  constructor(width: number, height: number, bands: 1 | 3, unitsPer255: number) {
    this.#width = width;
    this.#bands = bands;
    this.#unitsPer255 = unitsPer255;
    this.#ssim = new SsimMeter(width, height);
    this.#original = new Float64Array(width);
    this.#changed = new Float64Array(width);
  }

  /** Some whole rows: for every pixel the original's samples and then the changed picture's. */
  push(pairs: Samples): void {
    const stride = this.#width * this.#bands * 2;
    for (let start = 0; start < pairs.length; start += stride) this.#pushRow(pairs.subarray(start, start + stride));
  }

  #pushRow(row: Samples): void {
    const bands = this.#bands;
    const original = this.#original;
    const changed = this.#changed;
    const scale = 1 / this.#unitsPer255;
    let maxAbs = this.#maxAbs;
    let squares = 0;
    for (let x = 0, at = 0; x < this.#width; x += 1, at += 2 * bands) {
      for (let band = 0; band < bands; band += 1) {
        const difference = (row[at + bands + band] ?? 0) - (row[at + band] ?? 0);
        squares += difference * difference;
        if (difference > maxAbs) maxAbs = difference;
        else if (-difference > maxAbs) maxAbs = -difference;
      }
      original[x] = luma(row, at, bands) * scale;
      changed[x] = luma(row, at + bands, bands) * scale;
    }
    this.#maxAbs = maxAbs;
    this.#squares += squares;
    this.#samples += this.#width * bands;
    this.#ssim.push(original, changed);
  }

  /** The figures, once every row has been pushed. */
  finish(): Figures {
    const meanSquare = this.#squares / this.#samples / this.#unitsPer255 ** 2;
    return {
      maxAbs: this.#maxAbs / this.#unitsPer255,
      psnr: this.#squares === 0 ? null : 10 * Math.log10(255 ** 2 / meanSquare),
      ssim: this.#ssim.mean(),
    };
  }
}

/** Luma of the pixel at `at`: ITU-R BT.601, as the reference implementation of SSIM. */
function luma(row: Samples, at: number, bands: 1 | 3): number {
  if (bands === 1) return row[at] ?? 0;
  return LUMA[0] * (row[at] ?? 0) + LUMA[1] * (row[at + 1] ?? 0) + LUMA[2] * (row[at + 2] ?? 0);
}
