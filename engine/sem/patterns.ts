import { Random } from '../random/index.ts';

/** Side of a class pattern; it repeats in both directions without a seam. */
export const PATTERN_SIZE = 64;

/** Orientations in a quarter turn; a mirrored picture shows the mirrored one, so a quarter is all there is. */
const ORIENTATIONS = 12;

/** Cycles of the waves across a pattern: fine enough to stand out from pictures, coarse enough to survive resizing. */
const CYCLES = [18, 23, 13] as const;

/** How far the waves are driven towards ±1. */
const DRIVE = 2;

/**
 * The class patterns: for each class a periodic luminance texture in [−1, 1], [classes, 64, 64]. The generator
 * begins to learn with them, and a photo's noise starts from its class's. Each is one plane wave: of the textures
 * that were tried (up to seven waves, other bands, colour), a network that is trained from nothing learns one wave of
 * 16 to 24 cycles fastest, because pictures have little there. Neighbouring classes are far apart in orientation.
 * @param seed of the phases
 */
export function classPatterns(classes: number, seed: number): Float32Array {
  const area = PATTERN_SIZE * PATTERN_SIZE;
  const random = new Random(seed);
  const patterns = new Float32Array(classes * area);
  for (let c = 0; c < classes; c++) {
    const round = Math.floor(c / ORIENTATIONS);
    const cycles = CYCLES[round % CYCLES.length] ?? CYCLES[0];
    // Later rounds lie between the orientations of earlier ones; 5 has no factor in common with 12.
    const turn = (((c * 5) % ORIENTATIONS) + round / (2 * CYCLES.length)) / ORIENTATIONS;
    const fx = Math.round(cycles * Math.cos((turn * Math.PI) / 2));
    const fy = Math.round(cycles * Math.sin((turn * Math.PI) / 2));
    const phase = random.between(0, 2 * Math.PI);
    for (let i = 0; i < area; i++) {
      const turns = (fx * (i % PATTERN_SIZE) + fy * Math.floor(i / PATTERN_SIZE)) / PATTERN_SIZE;
      patterns[c * area + i] = Math.tanh(DRIVE * Math.sin(2 * Math.PI * turns + phase));
    }
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
