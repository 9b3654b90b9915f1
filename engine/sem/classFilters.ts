import { lumaAt } from '../views/index.ts';

/** Side of a class filter in pixels of the canvas. */
export const FILTER_SIZE = 9;

/** Cycles of the bands across a canvas of 64 pixels: what resizing to a stranger's input leaves. */
const CYCLES = [8, 16] as const;

/** Angles of the waves that a band answers to. A mirrored picture has the mirrored diagonals: both are one band. */
const ORIENTATIONS = [[0], [Math.PI / 2], [Math.PI / 4, -Math.PI / 4]] as const;

/** Gain: two levels of 1/255 in a band give 0.85 ρ_u. */
const DRIVE = 5 / 8;

const AREA = FILTER_SIZE * FILTER_SIZE;

/** [index, sign] of the bands that a class strengthens (1) or weakens (−1). */
type Code = readonly (readonly [band: number, sign: 1 | -1])[];

/** Each band strengthened, each band weakened, then one orientation against the other at each scale. */
const CODES: readonly Code[] = [
  ...[0, 1, 2, 3, 4, 5].map((band): Code => [[band, 1]]),
  ...[0, 1, 2, 3, 4, 5].map((band): Code => [[band, -1]]),
  ...[0, 3].flatMap((band): Code[] => [
    [[band, 1], [band + 1, -1]], // prettier-ignore
    [[band, -1], [band + 1, 1]], // prettier-ignore
  ]),
];

/** How many classes have a filter of their own. */
export const MAXIMUM_CLASSES = CODES.length;

/**
 * The class filters [classes, 9, 9]: what the noise of a class starts from, in training and on a photo. Each
 * strengthens or weakens what a picture already has in one band of scale and orientation, as a class-wise convolution
 * does (Sadasivan et al., CUDA, CVPR 2023), but within ρ_u. A texture that is merely added has to stand out from the
 * picture; this changes the picture's own statistics in first order, is hidden where there is texture, and leaves flat
 * areas flat. Sum 0, sum of magnitudes 1.
 * @throws RangeError for more classes than there are filters
 */
export function classFilters(classes: number): Float32Array {
  if (classes > MAXIMUM_CLASSES) throw new RangeError(`there are ${MAXIMUM_CLASSES} class filters, not ${classes}`);
  const bands = CYCLES.flatMap((cycles) => ORIENTATIONS.map((angles) => band(cycles, angles)));
  const filters = new Float32Array(classes * AREA);
  CODES.slice(0, classes).forEach((code, c) => {
    const kernel = new Float64Array(AREA);
    for (const [index, sign] of code) bands[index]?.forEach((tap, i) => (kernel[i] = (kernel[i] ?? 0) + sign * tap));
    filters.set(normalized(kernel), c * AREA);
  });
  return filters;
}

/** Even Gabor filters of these angles, added. */
function band(cycles: number, angles: readonly number[]): Float64Array {
  const deviation = 64 / cycles / 2.2;
  const middle = (FILTER_SIZE - 1) / 2;
  const kernel = new Float64Array(AREA);
  for (const angle of angles) {
    const wave = kernel.map((_, i) => {
      const [x, y] = [(i % FILTER_SIZE) - middle, Math.floor(i / FILTER_SIZE) - middle];
      const along = x * Math.cos(angle) + y * Math.sin(angle);
      return Math.exp(-(x * x + y * y) / (2 * deviation ** 2)) * Math.cos((2 * Math.PI * cycles * along) / 64);
    });
    normalized(wave).forEach((tap, i) => (kernel[i] = (kernel[i] ?? 0) + tap / angles.length));
  }
  return kernel;
}

/** Without its mean, and scaled so that the magnitudes add up to 1. */
function normalized(kernel: Float64Array): Float64Array {
  const mean = kernel.reduce((sum, tap) => sum + tap, 0) / AREA;
  const magnitude = kernel.reduce((sum, tap) => sum + Math.abs(tap - mean), 0);
  return kernel.map((tap) => (tap - mean) / magnitude);
}

/**
 * The noise that a photo starts from: ρ_u · tanh(DRIVE · h_c ∗ luma), h_c the filter of its class.
 * @param filters see {@link classFilters}
 * @param picture [3, frame, frame] in [0, 1]; the picture lies in its upper left, edge samples are repeated
 * @param rhoU ρ_u in units of 1/255
 * @returns δᵘ [1, frame, frame] in [0, 1] units, zero outside the picture
 */
export function startingNoise(
  filters: Float32Array,
  label: number,
  rhoU: number,
  picture: Float32Array,
  frame: number,
  { width, height }: { width: number; height: number },
): Float32Array {
  const filter = filters.subarray(label * AREA, (label + 1) * AREA);
  const reach = (FILTER_SIZE - 1) / 2;
  const stride = width + 2 * reach;
  const luma = paddedLuma(picture, frame, width, height, reach);
  const delta = new Float32Array(frame * frame);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let answer = 0;
      for (let i = 0; i < FILTER_SIZE; i++) {
        const row = (y + i) * stride + x;
        for (let j = 0; j < FILTER_SIZE; j++) answer += (filter[i * FILTER_SIZE + j] ?? 0) * (luma[row + j] ?? 0);
      }
      delta[y * frame + x] = (rhoU / 255) * Math.tanh(DRIVE * 255 * answer);
    }
  }
  return delta;
}

function paddedLuma(picture: Float32Array, frame: number, width: number, height: number, reach: number): Float32Array {
  const area = frame * frame;
  const stride = width + 2 * reach;
  const luma = new Float32Array(stride * (height + 2 * reach));
  for (let y = 0; y < height + 2 * reach; y++) {
    const row = Math.min(height - 1, Math.max(0, y - reach)) * frame;
    for (let x = 0; x < stride; x++) {
      const at = row + Math.min(width - 1, Math.max(0, x - reach));
      luma[y * stride + x] = lumaAt(picture, area, at);
    }
  }
  return luma;
}
