import { onWhite, splitAlpha, to8Bit, toSrgb } from './colour.ts';
import type { CopyPlan } from './copyPlan.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { InputFile } from './input.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { MAX_HELD_BYTES } from './limits.ts';
import { addNoise, noisePlane } from './noisePlane.ts';
import { decoding, openPixels } from './open.ts';
import type { PhotoHeader } from './open.ts';
import { swapsSides, toUpright } from './orientation.ts';
import { resample, shrinkFor } from './resample.ts';
import type { NoiseCanvas } from './types.ts';

/** A photo's pixels beside those of its copy, both in the copy's size, depth and colours. */
export interface Pictures {
  /** Colour channels only. */
  original: VipsImage;
  changed: VipsImage;
  /** The transparency that both have, or null. */
  alpha: VipsImage | null;
}

/**
 * The photo's pixels as the copy will have them, but without noise, held in memory: when there are few enough of them,
 * when they have to be turned, and for formats that are only ever decoded whole (in those, a second decoder beside the
 * encoder would be too much). Null for others: every pass over them decodes the file anew.
 */
export function holdOriginal(
  vips: PhotoLibrary,
  input: InputFile,
  own: Own,
  photo: PhotoHeader,
  plan: CopyPlan,
): VipsImage | null {
  // In sRGB, grey that has a profile gets three channels.
  const staysGrey = photo.colour === 'grey' && !(plan.toSrgb && photo.hasProfile);
  const bands = (staysGrey ? 1 : 3) + (hasAlpha(photo, plan) ? 1 : 0);
  const bytes = bytesOf(plan, bands);
  const decodesWhole = input.format === 'webp' || input.format === 'avif';
  if (bytes > MAX_HELD_BYTES && !decodesWhole && plan.turn === 1) return null;
  return decoding(input, () => {
    const held = own(withHandles((ownHere) => prepare(vips, input, ownHere, photo, plan).copyMemory()));
    return toUpright(own, held, plan.turn);
  });
}

/** The noise for one pass over both pictures, which have `bands` colour channels. */
export type PlaneOf = (own: Own, bands: 1 | 3) => VipsImage;

/**
 * The noise over the copy for every pass. It is held beside a held original, but only when it is small enough by
 * itself: formats that are only ever decoded whole are held whatever their size, and the plane has as many bytes as
 * their colours. What is not held is computed again in every pass, strip by strip.
 */
export function planeOf(
  vips: PhotoLibrary,
  own: Own,
  noise: NoiseCanvas,
  photo: PhotoHeader,
  plan: CopyPlan,
  held: VipsImage | null,
): PlaneOf {
  const grown: PlaneOf = (ownHere, bands) => noisePlane(vips, ownHere, noise, plan, bands);
  if (!held) return grown;
  const bands = colourBands(splitAlpha(own, held, hasAlpha(photo, plan)).colour);
  if (bytesOf(plan, bands) > MAX_HELD_BYTES) return grown;
  const plane = own(withHandles((ownHere) => grown(ownHere, bands).copyMemory()));
  return () => plane;
}

/** Channels of a picture without alpha: known for sure only now, because a grey photo's profile can make it RGB. */
function colourBands(colour: VipsImage): 1 | 3 {
  return colour.bands === 1 ? 1 : 3;
}

function bytesOf(plan: CopyPlan, bands: number): number {
  return plan.width * plan.height * bands * (plan.bitDepth / 8);
}

/** Both pictures, for one pass from top to bottom. */
export function picturesOf(
  vips: PhotoLibrary,
  input: InputFile,
  own: Own,
  photo: PhotoHeader,
  plan: CopyPlan,
  held: VipsImage | null,
  plane: PlaneOf,
): Pictures {
  const original = held ?? prepare(vips, input, own, photo, plan);
  const { colour, alpha } = splitAlpha(own, original, hasAlpha(photo, plan));
  return { original: colour, changed: addNoise(own, colour, alpha, plane(own, colourBands(colour))), alpha };
}

function hasAlpha(photo: PhotoHeader, plan: CopyPlan): boolean {
  return photo.hasAlpha && !plan.flatten;
}

/** The photo's pixels as the copy will have them, but without noise and not yet turned. */
function prepare(vips: PhotoLibrary, input: InputFile, own: Own, photo: PhotoHeader, plan: CopyPlan): VipsImage {
  const [width, height] = swapsSides(plan.turn) ? [plan.height, plan.width] : [plan.width, plan.height];
  const stored = openPixels(vips, input, own, shrinkFor(photo, width, height));
  const scaled = resample(own, stored, photo.hasAlpha, width, height);
  const converted = plan.toSrgb ? toSrgb(own, scaled, photo, plan.bitDepth) : scaled;
  const deep = plan.bitDepth === 8 ? to8Bit(own, converted) : converted;
  return plan.flatten ? onWhite(own, deep, true) : deep;
}
