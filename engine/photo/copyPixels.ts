import { onWhite, splitExtra, to8Bit, toSrgb } from './colour.ts';
import type { CopyPlan } from './copyPlan.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { InputFile } from './input.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { MAX_HELD_BYTES } from './limits.ts';
import { addNoise } from './noiseImage.ts';
import { NoiseRows } from './noiseRows.ts';
import { decoding, openPicture, openPixels } from './open.ts';
import type { PhotoHeader } from './open.ts';
import { swapsSides, toUpright } from './orientation.ts';
import { resample, shrinkFor } from './resample.ts';
import type { NoiseCanvas } from './types.ts';

/** A photo's pixels beside those of its copy, both in the copy's size, depth and colours. */
export interface Pictures {
  /** Colour channels only. */
  original: VipsImage;
  changed: VipsImage;
  /** The channel beyond the colours that both have (see {@link CopyPlan}), or null. */
  extra: VipsImage | null;
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
  const bands = (staysGrey ? 1 : 3) + (plan.extra ? 1 : 0);
  const bytes = bytesOf(plan, bands);
  const decodesWhole = input.format === 'webp' || input.format === 'avif';
  if (bytes > MAX_HELD_BYTES && !decodesWhole && plan.turn === 1) return null;
  return decoding(input, () => {
    const held = own(withHandles((ownHere) => prepare(vips, input, ownHere, photo, plan).copyMemory()));
    if (plan.turn === 1) return held;
    // Not turned anew in every pass, and pixels that can be written to.
    return own(toUpright(own, held, plan.turn).copyMemory());
  });
}

function bytesOf(plan: CopyPlan, bands: number): number {
  return plan.width * plan.height * bands * (plan.bitDepth / 8);
}

/** What one pass from top to bottom works on. */
export interface Pass {
  /** The photo's pixels, the channel beyond the colours among them. */
  original: VipsImage;
  /** The noise over the copy. */
  rows: NoiseRows;
}

export function passOf(
  vips: PhotoLibrary,
  input: InputFile,
  own: Own,
  photo: PhotoHeader,
  plan: CopyPlan,
  held: VipsImage | null,
  noise: NoiseCanvas,
): Pass {
  const original = held ?? prepare(vips, input, own, photo, plan);
  // Only the pixels tell the channels: a grey photo's profile can make it RGB.
  const bands = original.bands - (plan.extra ? 1 : 0) === 1 ? 1 : 3;
  return { original, rows: new NoiseRows(vips, noise, plan, bands) };
}

/** Both pictures of a pass. */
export function picturesOf(vips: PhotoLibrary, own: Own, plan: CopyPlan, { original, rows }: Pass): Pictures {
  const { colour, extra } = splitExtra(own, original, plan.extra !== null);
  const alpha = plan.extra === 'alpha' ? extra : null;
  return { original: colour, changed: addNoise(vips, own, colour, alpha, rows), extra };
}

/** The photo's pixels as the copy will have them, but without noise and not yet turned. */
function prepare(vips: PhotoLibrary, input: InputFile, own: Own, photo: PhotoHeader, plan: CopyPlan): VipsImage {
  const [width, height] = swapsSides(plan.turn) ? [plan.height, plan.width] : [plan.width, plan.height];
  const shrink = shrinkFor(photo, width, height);
  const stored =
    plan.extra === 'other' ? openPixels(vips, input, own, shrink) : openPicture(vips, input, own, photo, shrink);
  const scaled = resample(own, stored, photo.hasAlpha, width, height);
  const converted = plan.toSrgb ? toSrgb(own, scaled, photo, plan.bitDepth) : scaled;
  const deep = plan.bitDepth === 8 ? to8Bit(own, converted) : converted;
  return plan.flatten ? onWhite(own, deep, true) : deep;
}
