import type { Canvas, NoiseCanvas } from '../photo/types.ts';

/** The largest quantized sample: ρ_u (see `NoiseCanvas`). */
const FULL_SCALE = 127;

/**
 * The noise δᵘ [3, frame, frame] in [0, 1] units, channel after channel, as it is stored: in steps of ρ_u / 127.
 * @param rhoU ρ_u in units of 1/255
 */
export function quantized(
  delta: Float32Array,
  frame: number,
  { width, height }: Pick<Canvas, 'width' | 'height'>,
  rhoU: number,
): NoiseCanvas {
  const samples = new Int8Array(width * height * 3);
  const scale = (255 / rhoU) * FULL_SCALE;
  for (const [inFrame, inCanvas] of places(frame, width, height)) {
    const level = Math.round((delta[inFrame] ?? 0) * scale);
    samples[inCanvas] = Math.min(FULL_SCALE, Math.max(-FULL_SCALE, level));
  }
  return { samples, width, height, rhoU };
}

/** The stored noise as δᵘ [3, frame, frame] in [0, 1] units, zero beside the canvas. */
export function dequantized({ samples, width, height, rhoU }: NoiseCanvas, frame: number): Float32Array {
  const delta = new Float32Array(3 * frame * frame);
  for (const [inFrame, inCanvas] of places(frame, width, height)) {
    delta[inFrame] = ((samples[inCanvas] ?? 0) * rhoU) / FULL_SCALE / 255;
  }
  return delta;
}

/** Where each sample of a canvas lies in [3, frame, frame], and where in [height, width, 3]. */
function* places(frame: number, width: number, height: number): Iterable<[inFrame: number, inCanvas: number]> {
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) yield [(channel * frame + y) * frame + x, (y * width + x) * 3 + channel];
    }
  }
}
