import { Random } from '../random/index.ts';

/** Side of a class pattern; it repeats in both directions without a seam. */
export const PATTERN_SIZE = 64;

/**
 * The class patterns: for each class a periodic luminance texture in [−1, 1], [classes, 64, 64]. The generator
 * begins to learn with them, and a photo's noise starts from its class's. Each is a sum of a few plane waves of 3 to
 * 16 cycles: coarse enough to survive halving and JPEG, and readable wherever the picture is cropped.
 */
export function classPatterns(classes: number, seed: number): Float32Array {
  const waves = 7;
  const area = PATTERN_SIZE * PATTERN_SIZE;
  const patterns = new Float32Array(classes * area);
  for (let c = 0; c < classes; c++) {
    const random = new Random((seed ^ Math.imul(c + 1, 0x9e3779b1)) | 0);
    const pattern = patterns.subarray(c * area, (c + 1) * area);
    for (let w = 0; w < waves; w++) {
      const radius = random.between(3, 16);
      const angle = random.between(0, Math.PI);
      const fx = Math.round(radius * Math.cos(angle));
      const fy = Math.round(radius * Math.sin(angle));
      const phase = random.between(0, 2 * Math.PI);
      for (let i = 0; i < area; i++) {
        const turns = (fx * (i % PATTERN_SIZE) + fy * Math.floor(i / PATTERN_SIZE)) / PATTERN_SIZE;
        pattern[i] = (pattern[i] ?? 0) + Math.sin(2 * Math.PI * turns + phase);
      }
    }
    for (let i = 0; i < area; i++) pattern[i] = Math.tanh((pattern[i] ?? 0) / 1.2);
  }
  return patterns;
}

/**
 * The noise that a photo starts from: its class's pattern repeated over the picture, shifted by (dx, dy), at ρ_u.
 * @returns [1, frame, frame] in [0, 1] units, zero outside the picture
 */
export function startingNoise(
  patterns: Float32Array,
  label: number,
  rhoU: number,
  frame: number,
  size: { width: number; height: number },
  shift: { x: number; y: number } = { x: 0, y: 0 },
): Float32Array {
  const area = PATTERN_SIZE * PATTERN_SIZE;
  const delta = new Float32Array(frame * frame);
  for (let y = 0; y < size.height; y++) {
    const row = label * area + ((y + shift.y) % PATTERN_SIZE) * PATTERN_SIZE;
    for (let x = 0; x < size.width; x++) {
      delta[y * frame + x] = ((patterns[row + ((x + shift.x) % PATTERN_SIZE)] ?? 0) * rhoU) / 255;
    }
  }
  return delta;
}
