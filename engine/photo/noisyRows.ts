import type { FigureMeter, Samples } from './figures.ts';
import type { NoiseRows } from './noiseRows.ts';

/**
 * Adds the noise to a row of a photo, in place: each channel to its colour channel, the sum clipped to the samples'
 * range. Samples have `stride` channels. When that is one more than the noise has and `hasAlpha`, the last is alpha: where
 * it is zero the colours stay as they are, because nobody sees them.
 */
export function addNoiseToRow(row: Samples, noise: Int16Array, bands: 1 | 3, stride: number, hasAlpha: boolean): void {
  if (stride === bands) {
    addToAll(row, noise);
    return;
  }
  const max = row.BYTES_PER_ELEMENT === 1 ? 255 : 65535;
  for (let at = 0, from = 0; at < row.length; at += stride, from += bands) {
    if (hasAlpha && row[at + bands] === 0) continue;
    for (let band = 0; band < bands; band += 1) {
      const sum = (row[at + band] ?? 0) + (noise[from + band] ?? 0);
      row[at + band] = sum < 0 ? 0 : sum > max ? max : sum;
    }
  }
}

/** Without alpha, samples and noise lie in step. */
function addToAll(row: Samples, noise: Int16Array): void {
  const max = row.BYTES_PER_ELEMENT === 1 ? 255 : 65535;
  for (let at = 0; at < row.length; at += 1) {
    const sum = (row[at] ?? 0) + (noise[at] ?? 0);
    row[at] = sum < 0 ? 0 : sum > max ? max : sum;
  }
}

/** Takes a photo's rows from top to bottom, adds the noise to each, in place, and measures what that changed. */
export class NoisyRows {
  readonly #rows: NoiseRows;
  readonly #meter: FigureMeter;
  readonly #stride: number;
  readonly #hasAlpha: boolean;
  #before: Samples | null = null;
  #y = 0;

  /**
   * @param stride channels of a pixel, the one beyond the colours among them
   * @param hasAlpha whether that one is transparency
   */
  constructor(rows: NoiseRows, meter: FigureMeter, stride: number, hasAlpha: boolean) {
    this.#rows = rows;
    this.#meter = meter;
    this.#stride = stride;
    this.#hasAlpha = hasAlpha;
  }

  /** Some whole rows. */
  push(samples: Samples): void {
    const length = this.#rows.width * this.#stride;
    for (let start = 0; start < samples.length; start += length) this.#pushRow(samples.subarray(start, start + length));
  }

  #pushRow(row: Samples): void {
    const before = (this.#before ??= row.slice());
    before.set(row);
    addNoiseToRow(row, this.#rows.row(this.#y), this.#rows.bands, this.#stride, this.#hasAlpha);
    this.#meter.push(before, row);
    this.#y += 1;
  }
}
