// Not through the index of views: that would load TensorFlow.js into every process that touches a photo.
import { LUMA } from '../views/luma.ts';
import type { CopyPlan } from './copyPlan.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { toStored } from './orientation.ts';
import type { NoiseCanvas } from './types.ts';

/** Sample units in one 1/255: 1 at 8 bits, 257 at 16 (65535 = 255 · 257). */
export function unitsPer255(bitDepth: 8 | 16): number {
  return bitDepth === 8 ? 1 : 257;
}

/** ρ_u in whole sample units: what no sample of a copy may differ by more than. */
export function limitOf(noise: NoiseCanvas, bitDepth: 8 | 16): number {
  return Math.floor(noise.rhoU * unitsPer255(bitDepth));
}

/** Above any noise in sample units, so that cutting off the fraction of `v + ABOVE + 0.5` rounds `v` half up. */
const ABOVE = 1 << 15;

/**
 * The noise over a copy's pixels as stored, row by row: `bands` channels of whole sample units, turned as the
 * orientation tag asks, scaled bilinearly (by triangle-weighted means where it becomes smaller), and within ±ρ_u also
 * after rounding, as neither step overshoots. Rows are computed when they are asked for, so that the size of the copy
 * does not matter to the memory.
 */
export class NoiseRows {
  readonly width: number;
  readonly height: number;
  readonly bands: 1 | 3;
  /** [smallHeight, smallWidth, bands]: not larger than the copy, in sample units. */
  readonly #small: Float32Array;
  readonly #smallWidth: number;
  readonly #smallHeight: number;
  readonly #across: Line;
  /** Two neighbouring rows of the small plane at the copy's width, and which they are. */
  readonly #widened: [Wide, Wide];
  readonly #row: Int16Array;

  /** @param bands 3: R, G and B; 1: for a grey picture, the luma of the noise */
  constructor(vips: PhotoLibrary, noise: NoiseCanvas, plan: Plan, bands: 1 | 3) {
    this.width = plan.width;
    this.height = plan.height;
    this.bands = bands;
    const { samples, width, height } = smallPlane(vips, noise, plan, bands);
    this.#small = samples;
    this.#smallWidth = width;
    this.#smallHeight = height;
    this.#across = line(width, plan.width);
    const wide = (): Wide => ({ source: -1, samples: new Float32Array(plan.width * bands) });
    this.#widened = [wide(), wide()];
    this.#row = new Int16Array(plan.width * bands);
  }

  /** Row `y`: [width, bands]. The array is used again for the next one. */
  row(y: number): Int16Array {
    const { upper, lower, share } = between(y, this.#smallHeight, this.height);
    const above = this.#wide(upper);
    const below = this.#wide(lower, above);
    const row = this.#row;
    for (let at = 0; at < row.length; at += 1) {
      const value = above[at] ?? 0;
      row[at] = ((value + ((below[at] ?? 0) - value) * share + (ABOVE + 0.5)) | 0) - ABOVE;
    }
    return row;
  }

  /** Row `source` of the small plane at the copy's width; `kept` is not overwritten. */
  #wide(source: number, kept?: Float32Array): Float32Array {
    const [first, second] = this.#widened;
    if (first.source === source) return first.samples;
    if (second.source === source) return second.samples;
    // Rows come from top to bottom: the one further up is done with.
    const free = kept === first.samples || (kept !== second.samples && second.source < first.source) ? second : first;
    this.#widen(source, free.samples);
    free.source = source;
    return free.samples;
  }

  #widen(source: number, into: Float32Array): void {
    const { bands } = this;
    const start = source * this.#smallWidth * bands;
    const { left, right, share } = this.#across;
    for (let x = 0, at = 0; x < this.width; x += 1) {
      const from = start + (left[x] ?? 0) * bands;
      const to = start + (right[x] ?? 0) * bands;
      const part = share[x] ?? 0;
      for (let band = 0; band < bands; band += 1, at += 1) {
        const value = this.#small[from + band] ?? 0;
        into[at] = value + ((this.#small[to + band] ?? 0) - value) * part;
      }
    }
  }
}

type Plan = Pick<CopyPlan, 'orientation' | 'width' | 'height' | 'bitDepth'>;

interface Wide {
  /** Row of the small plane; −1: none yet. */
  source: number;
  samples: Float32Array;
}

/** Between which samples of the small plane each one of the copy's lies along a side, and how far from the first. */
interface Line {
  left: Int32Array;
  right: Int32Array;
  share: Float32Array;
}

function line(small: number, large: number): Line {
  const places = Array.from({ length: large }, (_, at) => between(at, small, large));
  return {
    left: Int32Array.from(places, ({ upper }) => upper),
    right: Int32Array.from(places, ({ lower }) => lower),
    share: Float32Array.from(places, ({ share }) => share),
  };
}

/** Pixel centres fall on pixel centres; the outermost samples are repeated beyond the edge. */
function between(at: number, small: number, large: number): { upper: number; lower: number; share: number } {
  const place = Math.min(small - 1, Math.max(0, ((at + 0.5) * small) / large - 0.5));
  const upper = Math.floor(place);
  return { upper, lower: Math.min(small - 1, upper + 1), share: place - upper };
}

/** The noise as stored, in sample units within the limit, made smaller where the copy is smaller than the canvas. */
function smallPlane(
  vips: PhotoLibrary,
  noise: NoiseCanvas,
  plan: Plan,
  bands: 1 | 3,
): { samples: Float32Array; width: number; height: number } {
  return withHandles((own) => {
    const canvas = own(vips.Image.newFromMemory(noise.samples, noise.width, noise.height, 3, vips.BandFormat.char));
    // Before rounding. The shares add up to 1, so that it stays within ±ρ_u.
    const channels = bands === 3 ? canvas : own(canvas.recomb(own(vips.Image.newFromArray([...LUMA]))));
    const stored = toStored(own, channels, plan.orientation);
    const limit = limitOf(noise, plan.bitDepth);
    const units = own(stored.linear((noise.rhoU / 127) * unitsPer255(plan.bitDepth), 0));
    const plane = own(own(shrunk(own, units, plan).clamp({ min: -limit, max: limit })).cast('float'));
    const bytes = plane.writeToMemory();
    const samples = new Float32Array(bytes.buffer, bytes.byteOffset, plane.width * plane.height * bands);
    return { samples, width: plane.width, height: plane.height };
  });
}

function shrunk(own: Own, plane: VipsImage, { width, height }: Plan): VipsImage {
  const across = Math.min(1, width / plane.width);
  const down = Math.min(1, height / plane.height);
  return across === 1 && down === 1 ? plane : own(plane.resize(across, { vscale: down, kernel: 'linear' }));
}
