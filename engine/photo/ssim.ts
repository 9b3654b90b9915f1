/**
 * Mean structural similarity of two luma pictures, as Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image
 * quality assessment: from error visibility to structural similarity", IEEE TIP 13(4), 2004, and their `ssim.m`:
 * averaged over boxes of f × f pixels and sampled every f, f = max(1, round(min(width, height) / 256)); 11 × 11
 * Gaussian windows of σ = 1.5 that lie wholly inside; K1 = 0.01, K2 = 0.03, L = 255.
 *
 * Rows come from top to bottom and are forgotten, so the size of the picture does not matter to the memory; of each row
 * only the sums over its boxes are asked for, so that a large picture's luma need not be computed pixel by pixel.
 */
const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** A run of pixels of one row that fall into one box and count equally often. */
export interface Run {
  /** The first pixel, and the one behind the last. */
  start: number;
  end: number;
  box: number;
  /** 1; 2 where a pixel is also its own mirror image beyond the edge; 0 after the last box. */
  weight: number;
}

export class SsimMeter {
  /** The runs that a row consists of, from left to right. */
  readonly runs: readonly Run[];
  readonly #columns: Boxes;
  readonly #rows: Boxes;
  readonly #windows: WindowRows;
  /** Of the boxes under way: the means of the original and of the changed picture, as far as they are known. */
  readonly #original: Float64Array;
  readonly #changed: Float64Array;
  #row = 0;

  constructor(width: number, height: number) {
    const factor = Math.max(1, Math.round(Math.min(width, height) / 256));
    this.#columns = boxes(width, factor);
    this.#rows = boxes(height, factor);
    this.runs = runsOf(this.#columns);
    const { count } = this.#columns;
    this.#windows = new WindowRows(count, this.#rows.count);
    this.#original = new Float64Array(count);
    this.#changed = new Float64Array(count);
  }

  /** The sums of both pictures' luma, in [0, 255], over one of the {@link runs} of the row under way. */
  add({ box, weight }: Run, original: number, changed: number): void {
    const share = (weight * (this.#rows.weight[this.#row] ?? 0)) / (this.#columns.factor * this.#rows.factor);
    this.#original[box]! += share * original;
    this.#changed[box]! += share * changed;
  }

  /** The row under way is complete: every one of its runs has been added. */
  endRow(): void {
    const counts = (this.#rows.weight[this.#row] ?? 0) > 0;
    if (counts && this.#row === this.#rows.last[this.#rows.box[this.#row] ?? 0]) {
      this.#windows.push(this.#original, this.#changed);
      this.#original.fill(0);
      this.#changed.fill(0);
    }
    this.#row += 1;
  }

  /** The mean over all windows, once every row has been pushed. */
  mean(): number {
    return this.#windows.mean();
  }
}

/** How pixels along one side fall into boxes. */
interface Boxes {
  factor: number;
  count: number;
  /** Box of each pixel. */
  box: Int32Array;
  /** How often a pixel counts: 1; 2 when it is also its own mirror image beyond the edge; 0 after the last box. */
  weight: Uint8Array;
  /** The last pixel of each box. */
  last: Int32Array;
}

/**
 * What MATLAB's `imfilter(…, ones(f) / f², 'symmetric')` and taking every f-th sample comes to: boxes side by side
 * whose first begins ⌊(f − 1) / 2⌋ pixels outside of the picture, where the picture is mirrored.
 */
function boxes(length: number, factor: number): Boxes {
  const before = Math.floor((factor - 1) / 2);
  const count = Math.ceil(length / factor);
  const box = new Int32Array(length);
  const weight = new Uint8Array(length);
  const last = new Int32Array(count);
  const add = (position: number, pixel: number): void => {
    const index = Math.floor((position + before) / factor);
    if (index >= count) return;
    box[pixel] = index;
    weight[pixel]! += 1;
    last[index] = Math.max(last[index] ?? 0, pixel);
  };
  for (let position = -before; position < length; position += 1) {
    add(position, position < 0 ? -1 - position : position);
  }
  for (let position = length; position < count * factor - before; position += 1) {
    add(position, 2 * length - 1 - position);
  }
  return { factor, count, box, weight, last };
}

function runsOf({ box, weight }: Boxes): Run[] {
  const runs: Run[] = [];
  box.forEach((own, at) => {
    const times = weight[at] ?? 0;
    const last = runs.at(-1);
    if (last?.box === own && last.weight === times) last.end = at + 1;
    else runs.push({ start: at, end: at + 1, box: own, weight: times });
  });
  return runs;
}

/** SSIM over every window inside a picture of which the last few rows are known. */
class WindowRows {
  readonly #across: Float64Array;
  readonly #down: Float64Array;
  readonly #width: number;
  /** Of the last rows: the windows' sums across, of x, y, x², y² and xy one after another. */
  readonly #ring: Float64Array[];
  #rows = 0;
  #sum = 0;
  #count = 0;

  constructor(width: number, height: number) {
    this.#across = gaussian(Math.min(WINDOW, width));
    this.#down = gaussian(Math.min(WINDOW, height));
    this.#width = width - this.#across.length + 1;
    this.#ring = Array.from(this.#down, () => new Float64Array(5 * this.#width));
  }

  push(x: Float64Array, y: Float64Array): void {
    const slot = this.#ring[this.#rows % this.#ring.length];
    this.#rows += 1;
    if (!slot) return;
    const width = this.#width;
    for (let at = 0; at < width; at += 1) {
      let [sumX, sumY, sumXX, sumYY, sumXY] = [0, 0, 0, 0, 0];
      for (let tap = 0; tap < this.#across.length; tap += 1) {
        const weight = this.#across[tap] ?? 0;
        const valueX = x[at + tap] ?? 0;
        const valueY = y[at + tap] ?? 0;
        sumX += weight * valueX;
        sumY += weight * valueY;
        sumXX += weight * valueX * valueX;
        sumYY += weight * valueY * valueY;
        sumXY += weight * valueX * valueY;
      }
      slot[at] = sumX;
      slot[width + at] = sumY;
      slot[2 * width + at] = sumXX;
      slot[3 * width + at] = sumYY;
      slot[4 * width + at] = sumXY;
    }
    if (this.#rows >= this.#ring.length) this.#measure();
  }

  #measure(): void {
    const width = this.#width;
    const sums = new Float64Array(5 * width);
    for (let tap = 0; tap < this.#down.length; tap += 1) {
      const weight = this.#down[tap] ?? 0;
      const row = this.#ring[(this.#rows + tap) % this.#ring.length];
      if (row) for (let at = 0; at < sums.length; at += 1) sums[at]! += weight * (row[at] ?? 0);
    }
    for (let at = 0; at < width; at += 1) {
      const meanX = sums[at] ?? 0;
      const meanY = sums[width + at] ?? 0;
      const varianceX = (sums[2 * width + at] ?? 0) - meanX * meanX;
      const varianceY = (sums[3 * width + at] ?? 0) - meanY * meanY;
      const covariance = (sums[4 * width + at] ?? 0) - meanX * meanY;
      this.#sum +=
        ((2 * meanX * meanY + C1) * (2 * covariance + C2)) /
        ((meanX * meanX + meanY * meanY + C1) * (varianceX + varianceY + C2));
    }
    this.#count += width;
  }

  mean(): number {
    return this.#sum / this.#count;
  }
}

/** `taps` weights of a Gaussian of σ = 1.5 around their middle, adding up to 1. Fewer than 11 only in tiny pictures. */
function gaussian(taps: number): Float64Array {
  const middle = (taps - 1) / 2;
  const weights = Float64Array.from({ length: taps }, (_, tap) =>
    Math.exp(-((tap - middle) ** 2) / (2 * SIGMA * SIGMA)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
