// Not through the index of views: that would load TensorFlow.js into every process that touches a photo.
import { LUMA } from '../views/luma.ts';
import { SsimMeter } from './ssim.ts';
import type { Figures } from './types.ts';

/** Samples of a picture, 8 or 16 bits each. */
export type Samples = Uint8Array | Uint16Array;

/**
 * Measures how far a changed picture is from its original (see {@link Figures}) from rows of both, pushed from top to
 * bottom. `bands` is 1 (grey) or 3 (RGB), of the `stride` channels that a pixel has: alpha is not looked at. `unitsPer255`
 * is how many sample units make 1/255.
 */
export class FigureMeter {
  readonly #width: number;
  readonly #bands: 1 | 3;
  readonly #unitsPer255: number;
  readonly #stride: number;
  readonly #ssim: SsimMeter;
  readonly #original: Float64Array;
  readonly #changed: Float64Array;
  #maxAbs = 0;
  #squares = 0;
  #samples = 0;

  constructor(width: number, height: number, bands: 1 | 3, unitsPer255: number, stride: number = bands) {
    this.#width = width;
    this.#bands = bands;
    this.#unitsPer255 = unitsPer255;
    this.#stride = stride;
    this.#ssim = new SsimMeter(width, height);
    this.#original = new Float64Array(width);
    this.#changed = new Float64Array(width);
  }

  /** The next row of both pictures. */
  push(before: Samples, after: Samples): void {
    const bands = this.#bands;
    const stride = this.#stride;
    const scale = 1 / this.#unitsPer255;
    const [red, green, blue] = bands === 3 ? LUMA : ([1, 0, 0] as const);
    // A grey pixel's one channel stands for all three, two of which count nothing.
    const [toGreen, toBlue] = bands === 3 ? [1, 2] : [0, 0];
    const original = this.#original;
    const changed = this.#changed;
    for (let x = 0, at = 0; x < this.#width; x += 1, at += stride) {
      const g = at + toGreen;
      const b = at + toBlue;
      original[x] = (red * (before[at] ?? 0) + green * (before[g] ?? 0) + blue * (before[b] ?? 0)) * scale;
      changed[x] = (red * (after[at] ?? 0) + green * (after[g] ?? 0) + blue * (after[b] ?? 0)) * scale;
    }
    let maxAbs = this.#maxAbs;
    let squares = 0;
    for (let band = 0; band < bands; band += 1) {
      for (let at = band; at < before.length; at += stride) {
        const difference = (after[at] ?? 0) - (before[at] ?? 0);
        squares += difference * difference;
        if (difference > maxAbs) maxAbs = difference;
        else if (-difference > maxAbs) maxAbs = -difference;
      }
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
