/** Side of a class filter in pixels of the canvas. */
export const FILTER_SIZE = 9;

const AREA = FILTER_SIZE * FILTER_SIZE;

/** Angles of the waves that a band answers to; a mirrored picture has the mirrored diagonals. */
const ORIENTATIONS = [[0], [Math.PI / 2], [Math.PI / 4, -Math.PI / 4]] as const;

/**
 * Bands by their cycles across a canvas of 64 pixels: what resizing to a stranger's input leaves. The coarser one comes
 * first, because strangers read it earlier. Gain: a deviation of 1/255 in the band gives tanh(gain) of ρ_u.
 */
const BANDS = [
  { cycles: 8, gain: 0.3 },
  { cycles: 16, gain: 0.41 },
] as const;

/** What a class does to R, G and B: each channel's band is strengthened (1), weakened (−1) or left (0). */
const SIGNS = [
  [1, 1, -1],
  [-1, -1, 1],
  [1, -1, 1],
  [-1, 1, -1],
  [-1, 1, 1],
  [1, -1, -1],
  [1, 1, 1],
  [-1, -1, -1],
  [1, -1, 0],
  [-1, 1, 0],
] as const;

/** What the noise of a class starts from: see {@link classFilters}. */
export interface ClassFilter {
  /** [9, 9], sum 0, sum of magnitudes 1, equal to its mirror image. */
  taps: Float32Array;
  gain: number;
  /** Factors of R, G and B. */
  signs: readonly [number, number, number];
}

/** How many classes have a filter of their own. */
export const MAXIMUM_CLASSES = 16;

/**
 * The class filters: what the noise of a class starts from, in training and on a photo. Each strengthens or weakens
 * what the picture's own channels have in one band of scale, as a class-wise convolution does (Sadasivan et al., CUDA,
 * CVPR 2023), but within ρ_u. A texture that is merely added has to stand out from the picture; this changes the
 * picture's own statistics in first order, is hidden where there is texture, and leaves flat areas flat. It differs by
 * channel because real pictures have next to no fine colour of their own: red, green and blue rise and fall together,
 * so that edges with a fringe of one colour are soon noticed by a network, and hardly by the eye.
 * @throws RangeError for more classes than there are filters
 */
export function classFilters(classes: number): ClassFilter[] {
  if (classes > MAXIMUM_CLASSES) throw new RangeError(`there are ${MAXIMUM_CLASSES} class filters, not ${classes}`);
  return BANDS.flatMap(({ cycles, gain }) => {
    const taps = band(cycles);
    return SIGNS.map((signs): ClassFilter => ({ taps, gain, signs }));
  }).slice(0, classes);
}

/** The filter of a class. @throws RangeError when there is none */
export function classFilter(filters: readonly ClassFilter[], label: number): ClassFilter {
  const filter = filters[label];
  if (!filter) throw new RangeError(`class ${label} has no filter`);
  return filter;
}

/** Even Gabor filters of all orientations, added. */
function band(cycles: number): Float32Array {
  const deviation = 64 / cycles / 2.2;
  const middle = (FILTER_SIZE - 1) / 2;
  const kernel = new Float64Array(AREA);
  for (const angles of ORIENTATIONS) {
    for (const angle of angles) {
      const wave = kernel.map((_, i) => {
        const [x, y] = [(i % FILTER_SIZE) - middle, Math.floor(i / FILTER_SIZE) - middle];
        const along = x * Math.cos(angle) + y * Math.sin(angle);
        return Math.exp(-(x * x + y * y) / (2 * deviation ** 2)) * Math.cos((2 * Math.PI * cycles * along) / 64);
      });
      normalized(wave).forEach((tap, i) => (kernel[i] = (kernel[i] ?? 0) + tap / angles.length));
    }
  }
  return Float32Array.from(normalized(kernel));
}

/** Without its mean, and scaled so that the magnitudes add up to 1. */
function normalized(kernel: Float64Array): Float64Array {
  const mean = kernel.reduce((sum, tap) => sum + tap, 0) / AREA;
  const magnitude = kernel.reduce((sum, tap) => sum + Math.abs(tap - mean), 0);
  return kernel.map((tap) => (tap - mean) / magnitude);
}

/**
 * The noise that a photo starts from: in each channel ρ_u · sign · tanh(255 · gain · h ∗ x), with the class's filter h.
 * @param picture x: [3, frame, frame] in [0, 1]; the picture lies in its upper left, edge samples are repeated
 * @param rhoU ρ_u in units of 1/255
 * @returns δᵘ [3, frame, frame] in [0, 1] units, zero outside the picture
 */
export function startingNoise(
  { taps, gain, signs }: ClassFilter,
  rhoU: number,
  picture: Float32Array,
  frame: number,
  { width, height }: { width: number; height: number },
): Float32Array {
  const reach = (FILTER_SIZE - 1) / 2;
  const stride = width + 2 * reach;
  const area = frame * frame;
  const delta = new Float32Array(3 * area);
  signs.forEach((sign, channel) => {
    if (sign === 0) return;
    const plane = padded(picture.subarray(channel * area, (channel + 1) * area), frame, width, height, reach);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let answer = 0;
        for (let i = 0; i < FILTER_SIZE; i++) {
          const row = (y + i) * stride + x;
          for (let j = 0; j < FILTER_SIZE; j++) answer += (taps[i * FILTER_SIZE + j] ?? 0) * (plane[row + j] ?? 0);
        }
        delta[channel * area + y * frame + x] = (rhoU / 255) * sign * Math.tanh(255 * gain * answer);
      }
    }
  });
  return delta;
}

/** One channel with its edge samples repeated `reach` times. */
function padded(plane: Float32Array, frame: number, width: number, height: number, reach: number): Float32Array {
  const stride = width + 2 * reach;
  const out = new Float32Array(stride * (height + 2 * reach));
  for (let y = 0; y < height + 2 * reach; y++) {
    const row = Math.min(height - 1, Math.max(0, y - reach)) * frame;
    for (let x = 0; x < stride; x++) {
      out[y * stride + x] = plane[row + Math.min(width - 1, Math.max(0, x - reach))] ?? 0;
    }
  }
  return out;
}
