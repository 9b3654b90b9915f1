import type { Canvas } from '../photo/index.ts';
import { lumaOf } from '../views/index.ts';

/** What somebody does to a picture, at the size that the stranger keeps it in, to wash a noise out of it. */
export type Cleaning = 'grey' | 'mean' | 'median' | 'gaussian' | `bits-${number}`;

/** The picture after `cleaning`. */
export function cleaned(canvas: Canvas, cleaning: Cleaning): Canvas {
  switch (cleaning) {
    case 'grey':
      return grey(canvas);
    case 'mean':
      return neighbourhood(canvas, (nine) => nine.reduce((sum, sample) => sum + sample, 0) / 9);
    case 'gaussian':
      return neighbourhood(canvas, (nine) => nine.reduce((sum, sample, i) => sum + sample * (BINOMIAL[i] ?? 0), 0));
    case 'median':
      return neighbourhood(canvas, (nine) => nine.sort()[4] ?? 0);
    default: {
      const levels = 2 ** Number(cleaning.slice('bits-'.length)) - 1;
      return { ...canvas, pixels: canvas.pixels.map((sample) => Math.round(sample * levels) / levels) };
    }
  }
}

/** 3 × 3 binomial weights: a Gaussian of deviation 0.85. */
const BINOMIAL = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16);

/** Luma of ITU-R BT.601 in all three channels. */
function grey({ pixels, width, height }: Canvas): Canvas {
  const area = width * height;
  const luma = lumaOf(pixels, area);
  const out = new Float32Array(pixels.length);
  for (let channel = 0; channel < 3; channel++) out.set(luma, channel * area);
  return { pixels: out, width, height };
}

/** Every sample from the 3 × 3 samples around it, row by row; edges are repeated. */
function neighbourhood({ pixels, width, height }: Canvas, from: (nine: Float32Array) => number): Canvas {
  const area = width * height;
  const out = new Float32Array(pixels.length);
  const nine = new Float32Array(9);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let i = 0; i < 9; i++) {
          const row = Math.min(height - 1, Math.max(0, y + Math.floor(i / 3) - 1));
          const column = Math.min(width - 1, Math.max(0, x + (i % 3) - 1));
          nine[i] = pixels[channel * area + row * width + column] ?? 0;
        }
        out[channel * area + y * width + x] = from(nine);
      }
    }
  }
  return { pixels: out, width, height };
}
