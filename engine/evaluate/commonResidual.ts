import type { Canvas } from '../photo/index.ts';
import { cleaned } from './cleaning.ts';

/** Period in pixels of the repeated pattern that is looked for, at the size that the stranger keeps pictures in. */
const TILE = 16;

/**
 * The pictures of one album without what they have in common: the obvious way to find and remove a repeated pattern.
 * The residual of a picture is what a 3 × 3 median takes out of it. Its mean over the album is subtracted, first by the
 * place in the picture (upper left corners aligned), then, of what is left, by the place within a tile that repeats.
 */
export function withoutCommonResidual(pictures: readonly Canvas[]): Canvas[] {
  return subtracted(subtracted(pictures, Infinity), TILE);
}

/** Without the mean residual over all places that are equal modulo `period`, clipped to [0, 1]. */
function subtracted(pictures: readonly Canvas[], period: number): Canvas[] {
  const side = Math.min(period, Math.max(0, ...pictures.flatMap(({ width, height }) => [width, height])));
  const place = (channel: number, y: number, x: number): number => (channel * side + (y % side)) * side + (x % side);
  const sums = new Float64Array(3 * side * side);
  const counts = new Float64Array(3 * side * side);
  for (const picture of pictures) {
    const smooth = cleaned(picture, 'median').pixels;
    everySample(picture, (channel, y, x, i) => {
      const at = place(channel, y, x);
      sums[at] = (sums[at] ?? 0) + (picture.pixels[i] ?? 0) - (smooth[i] ?? 0);
      counts[at] = (counts[at] ?? 0) + 1;
    });
  }
  return pictures.map((picture) => {
    const pixels = new Float32Array(picture.pixels.length);
    everySample(picture, (channel, y, x, i) => {
      const at = place(channel, y, x);
      const common = (sums[at] ?? 0) / Math.max(1, counts[at] ?? 0);
      pixels[i] = Math.min(1, Math.max(0, (picture.pixels[i] ?? 0) - common));
    });
    return { ...picture, pixels };
  });
}

function everySample(
  { width, height }: Canvas,
  visit: (channel: number, y: number, x: number, index: number) => void,
): void {
  let index = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) visit(channel, y, x, index++);
    }
  }
}
