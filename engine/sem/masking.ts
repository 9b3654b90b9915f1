import { lumaAt } from '../views/index.ts';

/** How much of ρ_u a picture leaves to its noise: see {@link maskingMap}. */
export interface Masking {
  /** Share of ρ_u that is left where a picture is flat (sky, skin, a wall), 0 to 1; 1 masks nothing. */
  floor: number;
  /** Deviation of the luma, in levels of 1/255, from which on the whole of ρ_u may be used. */
  busy: number;
}

/** What photos are protected with. */
export const MASKING: Masking = { floor: 0.2, busy: 8 };

/** Side of the window that the deviation is taken over, in pixels of the canvas. */
const WINDOW = 5;

/**
 * The masking map: which share of ρ_u each sample may use. At equal ‖δ‖∞ the eye forgives noise in texture and not in a
 * flat area, so the budget falls to `floor` there; it is never raised.
 * @param picture [3, frame, frame] in [0, 1]; the picture lies in its upper left, edge samples are repeated
 * @returns [3, frame, frame] in [floor, 1], equal in the three channels; 1 outside the picture
 */
export function maskingMap(
  picture: Float32Array,
  frame: number,
  { width, height }: { width: number; height: number },
  { floor, busy }: Masking = MASKING,
): Float32Array {
  const area = frame * frame;
  const luma = new Float32Array(area);
  for (let i = 0; i < area; i++) luma[i] = 255 * lumaAt(picture, area, i);
  const map = new Float32Array(3 * area).fill(1);
  const reach = (WINDOW - 1) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [sum, squares] = [0, 0];
      for (let dy = -reach; dy <= reach; dy++) {
        const row = Math.min(height - 1, Math.max(0, y + dy)) * frame;
        for (let dx = -reach; dx <= reach; dx++) {
          const sample = luma[row + Math.min(width - 1, Math.max(0, x + dx))] ?? 0;
          sum += sample;
          squares += sample * sample;
        }
      }
      const count = WINDOW * WINDOW;
      const deviation = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
      const share = floor + (1 - floor) * Math.min(1, deviation / busy);
      for (let channel = 0; channel < 3; channel++) map[channel * area + y * frame + x] = share;
    }
  }
  return map;
}
