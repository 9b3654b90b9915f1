import { lumaOf } from '../views/index.ts';

/** Side of a class filter in pixels of the canvas. */
export const FILTER_SIZE = 9;

const AREA = FILTER_SIZE * FILTER_SIZE;

/** Angles of the waves that a band answers to; a mirrored picture has the mirrored diagonals. */
const ORIENTATIONS = [[0], [Math.PI / 2], [Math.PI / 4, -Math.PI / 4]] as const;

/**
 * Bands by their cycles across a canvas of 64 pixels: what resizing to a stranger's input leaves. The coarser one comes
 * first, because strangers read it earlier. Gains: a deviation of 1/255 in the band gives tanh(gain) of the part's share.
 */
const BANDS = [
  { cycles: 8, lumaGain: 0.5, colourGain: 0.3 },
  { cycles: 16, lumaGain: 0.7, colourGain: 0.41 },
] as const;

/** What a class does to R, G and B: each channel's band is strengthened (1) or weakened (−1). */
const COLOURS = [
  [1, 1, -1],
  [-1, -1, 1],
  [1, -1, 1],
  [-1, 1, -1],
  [-1, 1, 1],
  [1, -1, -1],
] as const;

/**
 * Share of ρ_u that each of the two parts of a class may use. Their sum may exceed 1: where both pull one way the noise
 * is clipped, which costs less than half for each (see `EVALUATION.md`).
 */
const SHARE = 0.65;

/** One part of what the noise of a class starts from. */
export interface FilterPart {
  /** h: [9, 9], sum 0, sum of magnitudes 1, equal to its mirror image. */
  taps: Float32Array;
  gain: number;
  /** Factors of R, G and B. */
  signs: readonly [number, number, number];
  /** What h is applied to: the luma, the same for all channels, or each channel itself. */
  source: 'luma' | 'channel';
  /** Share of ρ_u, 0 to 1. */
  share: number;
}

/** What the noise of a class starts from: see {@link classFilters}. */
export type ClassFilter = readonly FilterPart[];

/** How many classes have a filter of their own. */
export const MAXIMUM_CLASSES = 12;

/**
 * The class filters: what the noise of a class starts from, in training and on a photo. Each strengthens or weakens
 * what the picture itself has in one band of scale, as a class-wise convolution does (Sadasivan et al., CUDA, CVPR 2023),
 * but within ρ_u. A texture that is merely added has to stand out from the picture; this changes the picture's own
 * statistics in first order, is hidden where there is texture, and leaves flat areas flat.
 *
 * A class has two parts, so that each is there when an upload takes the other away. The luma's waves of one band and
 * orientation are strengthened or weakened: that survives grey. And each channel's band is strengthened or weakened,
 * another way in each: real pictures have next to no fine colour of their own, as red, green and blue rise and fall
 * together, so that edges with a fringe of one colour are soon noticed by a network, and hardly by the eye.
 * @throws RangeError for more classes than there are filters
 */
export function classFilters(classes: number): ClassFilter[] {
  if (classes > MAXIMUM_CLASSES) throw new RangeError(`there are ${MAXIMUM_CLASSES} class filters, not ${classes}`);
  return BANDS.flatMap(({ cycles, lumaGain, colourGain }) => {
    const waves = ORIENTATIONS.map((angles) => evenWaves(cycles, angles));
    const all = added(waves);
    return COLOURS.map((signs, i): ClassFilter => {
      const sign = i % 2 === 0 ? 1 : -1;
      const taps = waves[Math.floor(i / 2)] ?? all;
      return [
        { taps, gain: lumaGain, signs: [sign, sign, sign], source: 'luma', share: SHARE },
        { taps: all, gain: colourGain, signs, source: 'channel', share: SHARE },
      ];
    });
  }).slice(0, classes);
}

/** The filter of a class. @throws RangeError when there is none */
export function classFilter(filters: readonly ClassFilter[], label: number): ClassFilter {
  const filter = filters[label];
  if (!filter) throw new RangeError(`class ${label} has no filter`);
  return filter;
}

/** Even Gabor filters of these angles, added. */
function evenWaves(cycles: number, angles: readonly number[]): Float32Array {
  const deviation = 64 / cycles / 2.2;
  const middle = (FILTER_SIZE - 1) / 2;
  const waves = angles.map((angle) =>
    normalized(
      Float64Array.from({ length: AREA }, (_, i) => {
        const [x, y] = [(i % FILTER_SIZE) - middle, Math.floor(i / FILTER_SIZE) - middle];
        const along = x * Math.cos(angle) + y * Math.sin(angle);
        return Math.exp(-(x * x + y * y) / (2 * deviation ** 2)) * Math.cos((2 * Math.PI * cycles * along) / 64);
      }),
    ),
  );
  return added(waves);
}

/** The sum of kernels, normalized. */
function added(kernels: readonly ArrayLike<number>[]): Float32Array {
  const sum = Float64Array.from({ length: AREA }, (_, i) => kernels.reduce((total, taps) => total + (taps[i] ?? 0), 0));
  return Float32Array.from(normalized(sum));
}

/** Without its mean, and scaled so that the magnitudes add up to 1. */
function normalized(kernel: Float64Array): Float64Array {
  const mean = kernel.reduce((sum, tap) => sum + tap, 0) / AREA;
  const magnitude = kernel.reduce((sum, tap) => sum + Math.abs(tap - mean), 0);
  return kernel.map((tap) => (tap - mean) / magnitude);
}

/**
 * The noise that a photo starts from: in each channel ρ_u times the sum over the parts of share · sign · tanh(255 · gain ·
 * h ∗ s), clipped to ±1, with s the luma or the channel.
 * @param picture x: [3, frame, frame] in [0, 1]; the picture lies in its upper left, edge samples are repeated
 * @param rhoU ρ_u in units of 1/255
 * @returns δᵘ [3, frame, frame] in [0, 1] units, zero outside the picture
 */
export function startingNoise(
  filter: ClassFilter,
  rhoU: number,
  picture: Float32Array,
  frame: number,
  { width, height }: { width: number; height: number },
): Float32Array {
  const area = frame * frame;
  const delta = new Float32Array(3 * area);
  const size = { width, height };
  for (const { taps, gain, signs, source, share } of filter) {
    const planes =
      source === 'luma'
        ? [lumaOf(picture, area)]
        : [0, 1, 2].map((channel) => picture.subarray(channel * area, (channel + 1) * area));
    const answers = planes.map((plane) => filtered(taps, plane, frame, size));
    signs.forEach((sign, channel) => {
      const answer = answers[Math.min(channel, answers.length - 1)];
      if (!answer) return;
      for (let i = 0; i < area; i++) {
        delta[channel * area + i] =
          (delta[channel * area + i] ?? 0) + share * sign * Math.tanh(255 * gain * (answer[i] ?? 0));
      }
    });
  }
  return delta.map((sample) => (rhoU / 255) * Math.min(1, Math.max(-1, sample)));
}

/** h ∗ one channel, [frame, frame], zero outside the picture. */
function filtered(
  taps: Float32Array,
  channel: Float32Array,
  frame: number,
  { width, height }: { width: number; height: number },
): Float32Array {
  const reach = (FILTER_SIZE - 1) / 2;
  const stride = width + 2 * reach;
  const plane = padded(channel, frame, width, height, reach);
  const out = new Float32Array(frame * frame);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let answer = 0;
      for (let i = 0; i < FILTER_SIZE; i++) {
        const row = (y + i) * stride + x;
        for (let j = 0; j < FILTER_SIZE; j++) answer += (taps[i * FILTER_SIZE + j] ?? 0) * (plane[row + j] ?? 0);
      }
      out[y * frame + x] = answer;
    }
  }
  return out;
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
