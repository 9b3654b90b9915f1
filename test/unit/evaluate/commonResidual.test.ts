import { expect, it } from 'vitest';
import { withoutCommonResidual } from '../../../engine/evaluate/commonResidual.ts';
import type { Canvas } from '../../../engine/photo/index.ts';
import { Random } from '../../../engine/random/index.ts';

const random = new Random(5);

/** Smooth pictures of several sizes, each with the same pattern on top. */
function album(pattern: (x: number, y: number) => number): { plain: Canvas[]; marked: Canvas[] } {
  const plain = Array.from({ length: 40 }, (): Canvas => {
    const [width, height] = [32 + random.below(9), 32 + random.below(5)];
    const [a, b, c] = [random.between(-0.2, 0.2), random.between(-0.2, 0.2), random.between(0.4, 0.6)];
    const pixels = Float32Array.from({ length: 3 * width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width) % height];
      return c + (a * x) / width + (b * y) / height;
    });
    return { pixels, width, height };
  });
  const marked = plain.map(({ pixels, width, height }) => ({
    pixels: pixels.map((sample, i) => sample + pattern(i % width, Math.floor(i / width) % height)),
    width,
    height,
  }));
  return { plain, marked };
}

function meanError(found: readonly Canvas[], expected: readonly Canvas[]): number {
  let [sum, count] = [0, 0];
  found.forEach(({ pixels }, k) =>
    pixels.forEach((sample, i) => {
      sum += Math.abs(sample - (expected[k]?.pixels[i] ?? 0));
      count++;
    }),
  );
  return sum / count;
}

/** Single bright dots: all of such a pattern is in the residual of a median. */
const dots = (place: number): number => (place % 16 === 5 ? 0.03 : 0);

it('finds a pattern that lies at the same place of every picture', () => {
  const { plain, marked } = album((x, y) => (x < 16 && y < 16 ? dots(x) * (y % 4 === 1 ? 1 : 0) : 0));
  expect(meanError(withoutCommonResidual(marked), plain)).toBeLessThan(meanError(marked, plain) / 2);
});

it('leaves pictures alone that have nothing in common', () => {
  const { plain } = album(() => 0);
  expect(meanError(withoutCommonResidual(plain), plain)).toBeLessThan(0.002);
});

it('keeps sizes and the range of samples', () => {
  const { marked } = album(dots);
  withoutCommonResidual(marked).forEach(({ pixels, width, height }, k) => {
    expect([width, height]).toEqual([marked[k]?.width, marked[k]?.height]);
    expect(pixels.every((sample) => sample >= 0 && sample <= 1)).toBe(true);
  });
});
