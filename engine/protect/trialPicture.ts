import type { Canvas } from '../photo/index.ts';
import { Random } from '../random/index.ts';
import { CANVAS_SIZE } from './photoProblem.ts';

/** A picture with something of everything: slow and fast waves in each channel, and grain. The same for one seed. */
export function trialPicture(seed: number): Canvas {
  const [width, height] = [CANVAS_SIZE.longEdge, CANVAS_SIZE.shortEdge];
  const random = new Random(seed);
  const [left, top, turn] = [random.between(0, 60), random.between(0, 70), random.between(0, 6)];
  const pixels = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const slow = Math.sin((x + left + 7 * channel) / 9) * Math.cos((y + top) / 11);
        const waves = slow + 0.5 * Math.sin((x * y) / 97 + turn + channel);
        pixels[(channel * height + y) * width + x] = 0.5 + 0.25 * waves + 0.1 * (random.next() - 0.5);
      }
    }
  }
  return { pixels, width, height };
}
