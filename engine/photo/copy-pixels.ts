import { onWhite, splitAlpha, to8Bit, toSrgb } from './colour.ts';
import type { CopyPlan } from './copy-plan.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import type { InputFile } from './input.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { MAX_HELD_BYTES } from './limits.ts';
import { addNoise } from './noise-plane.ts';
import { decoding, openPixels } from './open.ts';
import type { PhotoHeader } from './open.ts';
import { swapsSides, toUpright } from './orientation.ts';
import { resample, shrinkFor } from './resample.ts';

/** A photo's pixels beside those of its copy, both in the copy's size, depth and colours. */
export interface Pictures {
  /** Colour channels only. */
  original: VipsImage;
  changed: VipsImage;
  /** The transparency that both have, or null. */
  alpha: VipsImage | null;
}

/** Makes both pictures for one pass from top to bottom. */
export type PicturesForPass = (own: Own) => Pictures;

/**
 * Prepares the passes over a photo and its copy. The photo's pixels are held in memory when there are few enough of
 * them, when they have to be turned, and for formats that are only ever decoded whole (in those, a second
 * decoder beside the encoder would be too much); else every pass decodes the file anew.
 */
export function picturesOf(
  vips: PhotoLibrary,
  input: InputFile,
  own: Own,
  photo: PhotoHeader,
  plan: CopyPlan,
  plane: VipsImage,
): PicturesForPass {
  const bands = (photo.colour === 'grey' ? 1 : 3) + (photo.hasAlpha && !plan.flatten ? 1 : 0);
  const bytes = plan.width * plan.height * bands * (plan.bitDepth / 8);
  const decodesWhole = input.format === 'webp' || input.format === 'avif';
  const held = bytes <= MAX_HELD_BYTES || decodesWhole || plan.turn !== 1 ? hold(vips, input, own, photo, plan) : null;
  return (ownInPass) => {
    const original = held ?? prepare(vips, input, ownInPass, photo, plan);
    const { colour, alpha } = splitAlpha(ownInPass, original, photo.hasAlpha && !plan.flatten);
    return { original: colour, changed: addNoise(ownInPass, colour, alpha, plane), alpha };
  };
}

function hold(vips: PhotoLibrary, input: InputFile, own: Own, photo: PhotoHeader, plan: CopyPlan): VipsImage {
  return decoding(input, () => {
    const held = own(withHandles((ownHere) => prepare(vips, input, ownHere, photo, plan).copyMemory()));
    return toUpright(own, held, plan.turn);
  });
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
