// Not through the index of views: that would load TensorFlow.js into every process that touches a photo.
import { LUMA } from '../views/luma.ts';
import { SsimMeter, type Run } from './ssim.ts';
import type { Figures } from './types.ts';

/** Samples of a picture, 8 or 16 bits each. */
export type Samples = Uint8Array | Uint16Array;

/**
 * Measures how far a changed picture is from its original (see {@link Figures}) from rows of both, pushed from top to
 * bottom. `bands` is 1 (grey) or 3 (RGB), of the `stride` channels that a pixel has: alpha is not looked at. `unitsPer255`
 * is how many sample units make 1/255.
 */
export class FigureMeter {
  readonly #bands: 1 | 3;
  readonly #unitsPer255: number;
  readonly #stride: number;
  readonly #ssim: SsimMeter;
  readonly #samplesInRow: number;
  #maxAbs = 0;
  #squares = 0;
  #samples = 0;

  constructor(width: number, height: number, bands: 1 | 3, unitsPer255: number, stride: number = bands) {
    this.#bands = bands;
    this.#unitsPer255 = unitsPer255;
    this.#stride = stride;
    this.#ssim = new SsimMeter(width, height);
    this.#samplesInRow = width * bands;
  }

  /** The next row of both pictures. */
  push(before: Samples, after: Samples): void {
    for (const run of this.#ssim.runs) {
      if (this.#bands === 3) this.#colours(run, before, after);
      else this.#greys(run, before, after);
    }
    this.#ssim.endRow();
    this.#samples += this.#samplesInRow;
  }

  #colours(run: Run, before: Samples, after: Samples): void {
    const stride = this.#stride;
    // Of the original; and of the differences, which add up exactly.
    let [red, green, blue] = [0, 0, 0];
    let [byRed, byGreen, byBlue] = [0, 0, 0];
    let maxAbs = this.#maxAbs;
    let squares = 0;
    for (let at = run.start * stride, end = run.end * stride; at < end; at += stride) {
      const r = before[at] ?? 0;
      const g = before[at + 1] ?? 0;
      const b = before[at + 2] ?? 0;
      const dr = (after[at] ?? 0) - r;
      const dg = (after[at + 1] ?? 0) - g;
      const db = (after[at + 2] ?? 0) - b;
      red += r;
      green += g;
      blue += b;
      byRed += dr;
      byGreen += dg;
      byBlue += db;
      squares += dr * dr + dg * dg + db * db;
      maxAbs = Math.max(maxAbs, Math.abs(dr), Math.abs(dg), Math.abs(db));
    }
    const original = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
    const difference = LUMA[0] * byRed + LUMA[1] * byGreen + LUMA[2] * byBlue;
    this.#count(run, original, difference, squares, maxAbs);
  }

  #greys(run: Run, before: Samples, after: Samples): void {
    const stride = this.#stride;
    let [grey, by, squares, maxAbs] = [0, 0, 0, this.#maxAbs];
    for (let at = run.start * stride, end = run.end * stride; at < end; at += stride) {
      const value = before[at] ?? 0;
      const difference = (after[at] ?? 0) - value;
      grey += value;
      by += difference;
      squares += difference * difference;
      maxAbs = Math.max(maxAbs, Math.abs(difference));
    }
    this.#count(run, grey, by, squares, maxAbs);
  }

  /** Sums over a run, in sample units: the original's luma and how it differs, and the squared differences. */
  #count(run: Run, original: number, difference: number, squares: number, maxAbs: number): void {
    const scale = 1 / this.#unitsPer255;
    this.#ssim.add(run, original * scale, (original + difference) * scale);
    this.#squares += squares;
    this.#maxAbs = maxAbs;
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
