import { statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { copyBitDepth } from './encode.ts';
import { nameOf, photoError, writeFailure } from '../files/index.ts';
import type { InputFile } from './input.ts';
import { MAX_SIDE } from './limits.ts';
import type { PhotoHeader } from './open.ts';
import { swapsSides } from './orientation.ts';
import type { Orientation } from './orientation.ts';
import type { CopyFormat, RenderOptions } from './types.ts';

/** What a protected copy will be, decided from the photo's header before any pixel is decoded. */
export interface CopyPlan {
  format: CopyFormat;
  /** Pixels as the copy stores them. */
  width: number;
  height: number;
  /** The copy's orientation tag. */
  orientation: Orientation;
  /** How the photo's stored pixels are to be turned before they are the copy's; 1: not at all. */
  turn: Orientation;
  bitDepth: 8 | 16;
  /** What the copy has beyond its colours: transparency, or a TIFF's other channel, which is carried along as it is. */
  extra: 'alpha' | 'other' | null;
  /** Transparency becomes white, because the format has none. */
  flatten: boolean;
  toSrgb: boolean;
}

/** @throws UserError `too-large` when the format has no room for the size. */
export function planCopy(input: InputFile, photo: PhotoHeader, options: RenderOptions): CopyPlan {
  const format = options.format === 'same' ? input.format : options.format;
  const scale = options.longEdge === null ? 1 : Math.min(1, options.longEdge / Math.max(photo.width, photo.height));
  // JPEG, TIFF and AVIF have a tag that every viewer obeys; for others the pixels are turned, unless the original
  // relied on the same tag.
  const keepsTag = format === input.format || format === 'jpeg' || format === 'tiff' || format === 'avif';
  const turn = keepsTag ? 1 : photo.orientation;
  const sides = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side * scale)));
  const [width = 1, height = 1] = swapsSides(turn) ? sides.reverse() : sides;
  if (Math.max(width, height) > MAX_SIDE[format]) {
    throw photoError(
      'too-large',
      input.path,
      `${nameOf(input.path)} is too large for this format, which ends at ${MAX_SIDE[format]} pixels a side.`,
      'Choose another format or a shorter long edge.',
    );
  }
  return {
    format,
    width,
    height,
    orientation: keepsTag ? photo.orientation : 1,
    turn,
    bitDepth: copyBitDepth(format, photo.bitDepth),
    extra: extraOf(photo, format),
    flatten: photo.hasAlpha && format === 'jpeg',
    toSrgb: options.colour === 'srgb' || photo.colour === 'cmyk',
  };
}

function extraOf(photo: PhotoHeader, format: CopyFormat): CopyPlan['extra'] {
  // Only TIFF can say of a channel that it is none of the picture's.
  if (photo.hasOtherChannel) return format === 'tiff' ? 'other' : null;
  return photo.hasAlpha && format !== 'jpeg' ? 'alpha' : null;
}

/**
 * An original must never be replaced by its own copy, under whatever name it goes.
 * @throws UserError `name-taken`.
 */
export function refuseOriginal(input: InputFile, path: string): void {
  const stat = statOf(path);
  if (stat && `${stat.dev}:${stat.ino}` === input.identity) {
    throw photoError(
      'name-taken',
      path,
      `The copy of ${nameOf(input.path)} would replace the original.`,
      'Choose another folder or another name for the copies.',
    );
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (thrown) {
    throw writeFailure(path, thrown);
  }
}
