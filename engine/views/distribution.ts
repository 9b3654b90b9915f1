import type { Random } from '../random/index.ts';
import { LUMA } from './luma.ts';
import { compose, mirrored, resampling, transposedMatrix } from './resample.ts';
import { quantizationSteps } from './jpeg.ts';

/**
 * The distribution T of transformations: what a stranger's pipeline does to an upload. Probabilities in [0, 1];
 * ranges are [low, high], uniform.
 */
export interface ViewDistribution {
  /** Side of the crop as a share of the picture's short edge. */
  crop: readonly [number, number];
  /** Width of the crop over its height, log-uniform around 1: 1.2 means 1/1.2 to 1.2. */
  aspect: number;
  /**
   * The crop is moved by whole pixels, up to this share of its side beyond the picture, where black comes in; without it
   * a crop lies within the picture.
   */
  padding?: number;
  /** The whole picture squeezed into the square instead of a crop. */
  wholeProbability: number;
  flipProbability: number;
  /** The picture was stored smaller: shrunk to this share of the view and enlarged again. */
  shrinkProbability: number;
  shrink: readonly [number, number];
  jpegProbability: number;
  jpegQuality: readonly [number, number];
  greyProbability: number;
  /** Changes of contrast and saturation (factors around 1), each up to this, and of brightness (added), up to half of it. */
  colourProbability: number;
  colour: number;
}

/** Random crop within the picture and horizontal flip, as the paper on pictures of ImageNet. */
export const PAPER_VIEWS: ViewDistribution = {
  crop: [0.875, 1],
  aspect: 1,
  wholeProbability: 0,
  flipProbability: 0.5,
  shrinkProbability: 0,
  shrink: [1, 1],
  jpegProbability: 0,
  jpegQuality: [100, 100],
  greyProbability: 0,
  colourProbability: 0,
  colour: 0,
};

/** The paper's T for CIFAR-10: a random crop of 32 pixels from the picture padded by 4, and horizontal flip. */
export const PADDED_VIEWS: ViewDistribution = { ...PAPER_VIEWS, crop: [1, 1], padding: 4 / 32 };

/** The picture as it is. */
export const UNCHANGED_VIEWS: ViewDistribution = { ...PAPER_VIEWS, crop: [1, 1], flipProbability: 0 };

/** What really happens to uploads. */
export const UPLOAD_VIEWS: ViewDistribution = {
  crop: [0.6, 1],
  aspect: 1.2,
  wholeProbability: 0.25,
  flipProbability: 0.5,
  shrinkProbability: 0.3,
  shrink: [0.5, 0.9],
  jpegProbability: 0.5,
  jpegQuality: [10, 95],
  greyProbability: 0.5,
  colourProbability: 0.5,
  colour: 0.2,
};

/** Sizes that the view graph is compiled for. Pictures lie in the upper left of a [frame, frame] array. */
export interface ViewGeometry {
  frame: number;
  /** Side of a view: the generator's input size, a multiple of 8. */
  size: number;
}

/** Parameters of `count` views, as the graph takes them. */
export interface ViewParameters {
  /** [count, size, frame]: rows of the view from rows of the frame. */
  rows: Float32Array;
  /** [count, frame, size]: columns of the frame to columns of the view. */
  columns: Float32Array;
  /** [count, 3, 3]: RGB of the view from RGB. */
  colour: Float32Array;
  /** [count, 3]: added after the colour matrix. */
  offset: Float32Array;
  /** [count, 3, 8, 8]: JPEG quantization steps of Y, Cb, Cr in units of 1/255. */
  steps: Float32Array;
}

/**
 * Draws views t ~ T.
 * @param pictures size of the picture that each view is of, in pixels of the frame
 */
export function sampleViews(
  random: Random,
  distribution: ViewDistribution,
  geometry: ViewGeometry,
  pictures: readonly { width: number; height: number }[],
): ViewParameters {
  const { frame, size } = geometry;
  const count = pictures.length;
  const parameters = {
    rows: new Float32Array(count * size * frame),
    columns: new Float32Array(count * frame * size),
    colour: new Float32Array(count * 9),
    offset: new Float32Array(count * 3),
    steps: new Float32Array(count * 192),
  };
  pictures.forEach((picture, i) => {
    const { rows, columns } = sampleGeometry(random, distribution, geometry, picture);
    parameters.rows.set(rows, i * rows.length);
    parameters.columns.set(columns, i * columns.length);
    const { colour, offset } = sampleColour(random, distribution);
    parameters.colour.set(colour, i * 9);
    parameters.offset.set(offset, i * 3);
    const quality = random.chance(distribution.jpegProbability)
      ? Math.round(random.between(...distribution.jpegQuality))
      : null;
    parameters.steps.set(quantizationSteps(quality), i * 192);
  });
  return parameters;
}

function sampleGeometry(
  random: Random,
  distribution: ViewDistribution,
  { frame, size }: ViewGeometry,
  { width, height }: { width: number; height: number },
): { rows: Float32Array; columns: Float32Array } {
  let [cropWidth, cropHeight] = [width, height];
  if (!random.chance(distribution.wholeProbability)) {
    const side = random.between(...distribution.crop) * Math.min(width, height);
    const stretch = Math.exp(random.between(-1, 1) * 0.5 * Math.log(distribution.aspect));
    cropWidth = Math.min(width, side * stretch);
    cropHeight = Math.min(height, side / stretch);
  }
  const { padding } = distribution;
  const offset = (edge: number, crop: number): number => {
    if (padding === undefined) return random.next() * (edge - crop);
    const reach = Math.round(padding * crop);
    return random.below(2 * reach + 1) - reach;
  };
  const left = offset(width, cropWidth);
  const top = offset(height, cropHeight);
  const shrunk = random.chance(distribution.shrinkProbability)
    ? Math.max(1, Math.round(size * random.between(...distribution.shrink)))
    : null;
  const axis = (available: number, start: number, length: number): Float32Array => {
    if (shrunk === null) return resampling(frame, available, start, length, size);
    const enlarge = resampling(shrunk, shrunk, 0, shrunk, size);
    return compose(enlarge, resampling(frame, available, start, length, shrunk), shrunk);
  };
  const rows = axis(height, top, cropHeight);
  const columns = axis(width, left, cropWidth);
  const flipped = random.chance(distribution.flipProbability) ? mirrored(columns, size) : columns;
  return { rows, columns: transposedMatrix(flipped, size) };
}

function sampleColour(random: Random, distribution: ViewDistribution): { colour: Float32Array; offset: Float32Array } {
  const changed = random.chance(distribution.colourProbability);
  const range = changed ? distribution.colour : 0;
  const saturation = random.chance(distribution.greyProbability) ? 0 : 1 + random.between(-range, range);
  const contrast = 1 + random.between(-range, range);
  const brightness = random.between(-range, range) / 2;
  const colour = new Float32Array(9);
  for (let out = 0; out < 3; out++) {
    for (let channel = 0; channel < 3; channel++) {
      const own = out === channel ? saturation : 0;
      colour[out * 3 + channel] = contrast * (own + (1 - saturation) * (LUMA[channel] ?? 0));
    }
  }
  // Contrast turns about mid-grey.
  return { colour, offset: new Float32Array(3).fill(brightness + 0.5 * (1 - contrast)) };
}
