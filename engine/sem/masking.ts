import { lumaAt } from '../views/index.ts';

/** How much of ρ_u a picture leaves to its noise: see {@link maskingMap}. */
export interface Masking {
  /** Share of ρ_u that is left where a picture is flat (sky, skin, a wall), 0 to 1; 1 masks nothing. */
  floor: number;
  /** Activity, in levels of 1/255, from which on the whole of ρ_u may be used; above 0. */
  busy: number;
}

/** What photos are protected with. By measurement: docs/visibility.md. */
export const MASKING: Masking = { floor: 0.1, busy: 5.25 };

/**
 * The masking map: which share of ρ_u each sample may use. At equal ‖δ‖∞ the eye forgives noise in texture and not in a
 * flat area: the threshold of what can be seen grows with the local variation of the luma (C.-H. Chou, Y.-C. Li, "A
 * perceptually tuned subband image coder based on the measure of just-noticeable-distortion profile", IEEE TCSVT 5(6),
 * 1995), and less so at edges than in texture (X. Yang et al., "Just noticeable distortion model and its applications in
 * video coding", Signal Processing: Image Communication 20(7), 2005). So the share rises from `floor` to 1 with the
 * least {@link activity} of the four 3 × 3 windows that have the pixel in a corner: where one side of an edge is flat, it
 * stays flat. The share is never above 1.
 * @param picture [3, frame, frame] in [0, 1]; the picture lies in its upper left, edge samples are repeated
 * @returns [frame, frame] in [floor, 1]; 1 outside the picture
 */
export function maskingMap(
  picture: Float32Array,
  frame: number,
  size: { width: number; height: number },
  { floor, busy }: Masking = MASKING,
): Float32Array {
  const { width, height } = size;
  const active = activity(picture, frame, size);
  const map = new Float32Array(frame * frame).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let least = Infinity;
      for (const dy of [-1, 1]) {
        // At the picture's edge the window moves inside.
        const row = inside(inside(y + dy, 1, height - 2), 0, height - 1) * frame;
        for (const dx of [-1, 1]) {
          least = Math.min(least, active[row + inside(inside(x + dx, 1, width - 2), 0, width - 1)] ?? 0);
        }
      }
      map[y * frame + x] = floor + (1 - floor) * Math.min(1, least / busy);
    }
  }
  return map;
}

const inside = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/**
 * How much the luma in the 3 × 3 window around each pixel departs from a plane: the residual standard deviation of the
 * least-squares plane (9 samples less 3 parameters), in levels of 1/255. Unlike the plain deviation it is 0 in the even
 * gradient of a sky or of a vignette, which hides nothing.
 */
function activity(
  picture: Float32Array,
  frame: number,
  { width, height }: { width: number; height: number },
): Float32Array {
  const area = frame * frame;
  const luma = new Float32Array(area);
  for (let i = 0; i < area; i++) luma[i] = 255 * lumaAt(picture, area, i);
  const active = new Float32Array(area);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [sum, squares, across, down] = [0, 0, 0, 0];
      for (let dy = -1; dy <= 1; dy++) {
        const row = inside(y + dy, 0, height - 1) * frame;
        for (let dx = -1; dx <= 1; dx++) {
          const sample = luma[row + inside(x + dx, 0, width - 1)] ?? 0;
          sum += sample;
          squares += sample * sample;
          across += dx * sample;
          down += dy * sample;
        }
      }
      // Σ dx² = Σ dy² = 6: the plane's slopes are across / 6 and down / 6.
      const residual = squares - (sum * sum) / 9 - (across * across + down * down) / 6;
      active[y * frame + x] = Math.sqrt(Math.max(0, residual) / 6);
    }
  }
  return active;
}
