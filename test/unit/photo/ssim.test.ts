import { describe, expect, it } from 'vitest';
import { FigureMeter } from '../../../engine/photo/figures.ts';
import { SsimMeter, type Run } from '../../../engine/photo/ssim.ts';
import { randomFrom } from '../../fixtures/noise.ts';

type Plane = number[][];

/** A picture with structure at several scales, and the same with noise of up to ±`strength`. */
function pictures(width: number, height: number, strength: number): [Plane, Plane] {
  const random = randomFrom(width * 1000 + height);
  const original = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      Math.round(127 + 60 * Math.sin(x / 7) * Math.cos(y / 11) + 40 * Math.sin((x + y) / 3)),
    ),
  );
  const changed = original.map((row) => row.map((value) => value + Math.round((random() * 2 - 1) * strength)));
  return [original, changed];
}

/** SSIM as in the paper's `ssim.m`, window by window, without any shortcut. */
function slowSsim(originalIn: Plane, changedIn: Plane): number {
  const factor = Math.max(1, Math.round(Math.min(originalIn.length, originalIn[0]?.length ?? 0) / 256));
  const original = shrink(originalIn, factor);
  const changed = shrink(changedIn, factor);
  const weights = Array.from({ length: 11 }, (_, y) =>
    Array.from({ length: 11 }, (_, x) => Math.exp(-((x - 5) ** 2 + (y - 5) ** 2) / (2 * 1.5 ** 2))),
  );
  const total = weights.flat().reduce((sum, weight) => sum + weight, 0);
  const at = (plane: Plane, y: number, x: number): number => plane[y]?.[x] ?? Number.NaN;
  const values: number[] = [];
  for (let top = 0; top + 11 <= original.length; top += 1) {
    for (let left = 0; left + 11 <= (original[0]?.length ?? 0); left += 1) {
      const mean = (value: (y: number, x: number) => number): number => {
        let sum = 0;
        for (let y = 0; y < 11; y += 1) {
          for (let x = 0; x < 11; x += 1) sum += (at(weights, y, x) / total) * value(top + y, left + x);
        }
        return sum;
      };
      const muX = mean((y, x) => at(original, y, x));
      const muY = mean((y, x) => at(changed, y, x));
      const varX = mean((y, x) => (at(original, y, x) - muX) ** 2);
      const varY = mean((y, x) => (at(changed, y, x) - muY) ** 2);
      const cov = mean((y, x) => (at(original, y, x) - muX) * (at(changed, y, x) - muY));
      const [c1, c2] = [2.55 ** 2, 7.65 ** 2];
      values.push(((2 * muX * muY + c1) * (2 * cov + c2)) / ((muX ** 2 + muY ** 2 + c1) * (varX + varY + c2)));
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** MATLAB: `imfilter(img, ones(f)/f^2, 'symmetric', 'same')`, then `img(1:f:end, 1:f:end)`. */
function shrink(plane: Plane, factor: number): Plane {
  const height = plane.length;
  const width = plane[0]?.length ?? 0;
  const mirrored = (position: number, length: number): number =>
    position < 0 ? -1 - position : position >= length ? 2 * length - 1 - position : position;
  // Of a kernel with f taps, MATLAB's origin is tap ⌊(f + 1) / 2⌋, counted from 1.
  const origin = Math.floor((factor + 1) / 2) - 1;
  const smaller: Plane = [];
  for (let y = 0; y < height; y += factor) {
    const row: number[] = [];
    for (let x = 0; x < width; x += factor) {
      let sum = 0;
      for (let j = 0; j < factor; j += 1) {
        for (let i = 0; i < factor; i += 1) {
          sum += plane[mirrored(y + j - origin, height)]?.[mirrored(x + i - origin, width)] ?? Number.NaN;
        }
      }
      row.push(sum / factor ** 2);
    }
    smaller.push(row);
  }
  return smaller;
}

const sumOf = (row: readonly number[], { start, end }: Run): number =>
  row.slice(start, end).reduce((sum, value) => sum + value, 0);

function meterSsim([original, changed]: [Plane, Plane]): number {
  const meter = new SsimMeter(original[0]?.length ?? 0, original.length);
  original.forEach((row, y) => {
    for (const run of meter.runs) meter.add(run, sumOf(row, run), sumOf(changed[y] ?? [], run));
    meter.endRow();
  });
  return meter.mean();
}

describe('SSIM', () => {
  it.each([
    [64, 48, 1],
    [11, 11, 1],
    [500, 389, 2],
    [515, 514, 2],
    [700, 643, 3],
    [901, 900, 4],
    [1030, 1027, 4],
  ])('of %i × %i pixels (boxes of %i) equals the definition', (width, height) => {
    const pair = pictures(width, height, 12);
    expect(meterSsim(pair)).toBeCloseTo(slowSsim(...pair), 10);
  });

  it('is 1 for equal pictures, less for noise, and less still for more of it', () => {
    const [same] = pictures(100, 80, 0);
    expect(meterSsim([same, same])).toBe(1);
    const little = meterSsim(pictures(100, 80, 4));
    const more = meterSsim(pictures(100, 80, 16));
    expect(little).toBeLessThan(1);
    expect(more).toBeLessThan(little);
  });

  it('is defined for pictures smaller than its window', () => {
    for (const [width, height] of [
      [1, 1],
      [5, 3],
      [200, 2],
    ] as const) {
      const value = meterSsim(pictures(width, height, 12));
      expect(value).toBeGreaterThan(-1);
      expect(value).toBeLessThanOrEqual(1);
    }
  });
});

describe('the figures of rows', () => {
  it.each([
    ['RGB', 3, 3, 8],
    ['RGB with alpha', 3, 4, 8],
    ['grey', 1, 1, 8],
    ['grey with alpha', 1, 2, 8],
    ['RGB of 16 bits', 3, 3, 16],
    ['grey with alpha of 16 bits', 1, 2, 16],
  ] as const)(
    '%s are the largest difference, the PSNR over colours, and the SSIM of the luma',
    (_, bands, stride, bits) => {
      // Boxes of 3, the last of which hang over the edges.
      const [width, height] = [700, 643];
      const random = randomFrom(5);
      const unit = bits === 8 ? 1 : 257;
      const length = width * height * stride;
      const original = bits === 8 ? new Uint8Array(length) : new Uint16Array(length);
      original.forEach((_, at) => (original[at] = unit * (30 + Math.floor(random() * 190))));
      // Alpha differs too, and more, and counts nothing.
      const changed = original.map(
        (value, at) => value + unit * (at % stride < bands ? Math.round(random() * 10 - 5) : 20),
      );
      const meter = new FigureMeter(width, height, bands, unit, stride);
      for (let at = 0; at < original.length; at += stride * width) {
        meter.push(original.subarray(at, at + stride * width), changed.subarray(at, at + stride * width));
      }
      const figures = meter.finish();

      let [largest, squares] = [0, 0];
      original.forEach((value, at) => {
        if (at % stride >= bands) return;
        const difference = ((changed[at] ?? 0) - value) / unit;
        largest = Math.max(largest, Math.abs(difference));
        squares += difference ** 2;
      });
      const luma = (samples: Uint8Array | Uint16Array): Plane =>
        Array.from({ length: height }, (_row, y) =>
          Array.from({ length: width }, (_pixel, x) => {
            const [r = 0, g = 0, b = 0] = samples.subarray((y * width + x) * stride);
            return (bands === 1 ? r : 0.299 * r + 0.587 * g + 0.114 * b) / unit;
          }),
        );
      expect(figures.maxAbs).toBe(largest);
      expect(figures.psnr).toBeCloseTo(20 * Math.log10(255 / Math.sqrt(squares / (width * height * bands))), 10);
      expect(figures.ssim).toBeCloseTo(slowSsim(luma(original), luma(changed)), 10);
    },
  );

  it('have no PSNR when nothing differs', () => {
    const meter = new FigureMeter(2, 1, 1, 257);
    meter.push(Uint16Array.from([5, 70]), Uint16Array.from([5, 70]));
    expect(meter.finish()).toEqual({ maxAbs: 0, psnr: null, ssim: 1 });
  });

  it('count 16-bit differences in 257/65535', () => {
    const meter = new FigureMeter(1, 1, 1, 257);
    meter.push(Uint16Array.from([1000]), Uint16Array.from([1000 + 4 * 257]));
    expect(meter.finish().maxAbs).toBe(4);
  });
});
