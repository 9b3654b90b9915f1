/**
 * Mean structural similarity of two luma pictures, as Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image
 * quality assessment: from error visibility to structural similarity", IEEE TIP 13(4), 2004, and their `ssim.m`:
 * averaged over boxes of f × f pixels and sampled every f, f = max(1, round(min(width, height) / 256)); 11 × 11
 * Gaussian windows of σ = 1.5 that lie wholly inside; K1 = 0.01, K2 = 0.03, L = 255.
 *
 * Rows are pushed from top to bottom and forgotten, so the size of the picture does not matter to the memory.
 */
const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

export class SsimMeter {
  readonly #columns: Boxes;
  readonly #rows: Boxes;
  readonly #windows: WindowRows;
  readonly #sums: [Float64Array, Float64Array];
  #row = 0;

  constructor(width: number, height: number) {
    const factor = Math.max(1, Math.round(Math.min(width, height) / 256));
    this.#columns = boxes(width, factor);
    this.#rows = boxes(height, factor);
    this.#windows = new WindowRows(this.#columns.count, this.#rows.count);
    this.#sums = [new Float64Array(this.#columns.count), new Float64Array(this.#columns.count)];
  }

  /** The next row of both pictures: luma in [0, 255], `width` values each. */
  push(original: Float64Array, changed: Float64Array): void {
    const weight = this.#rows.weight[this.#row] ?? 0;
    if (weight > 0) {
      this.#gather(original, this.#sums[0], weight);
      this.#gather(changed, this.#sums[1], weight);
      if (this.#row === this.#rows.last[this.#rows.box[this.#row] ?? 0]) {
        this.#windows.push(...this.#sums);
        for (const sums of this.#sums) sums.fill(0);
      }
    }
    this.#row += 1;
  }

  #gather(row: Float64Array, sums: Float64Array, weight: number): void {
    const { box, weight: columnWeight } = this.#columns;
    const scale = weight / (this.#columns.factor * this.#rows.factor);
    for (let x = 0; x < row.length; x += 1) {
      sums[box[x] ?? 0]! += (row[x] ?? 0) * (columnWeight[x] ?? 0) * scale;
    }
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
