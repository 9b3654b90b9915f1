import type { Own } from './handles.ts';
import type { VipsImage } from './library.ts';

/**
 * The EXIF orientations 1 to 8 as moves. An upright picture is the stored one after `STORED_TO_UPRIGHT`; the reverse
 * is the same move, except for the quarter turns 6 and 8, which undo each other.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** An orientation tag's value, or 1 when it is out of range (as every viewer treats it). */
export function orientationOf(value: number): Orientation {
  return value === 2 || value === 3 || value === 4 || value === 5 || value === 6 || value === 7 || value === 8
    ? value
    : 1;
}

/** Whether upright width is stored height. */
export function swapsSides(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** The stored pixels, moved upright. The image must allow random access for 3 to 8. */
export function toUpright(own: Own, stored: VipsImage, orientation: Orientation): VipsImage {
  switch (orientation) {
    case 1:
      return stored;
    case 2:
      return own(stored.flipHor());
    case 3:
      return own(stored.rot180());
    case 4:
      return own(stored.flipVer());
    case 5:
      return own(own(stored.rot90()).flipHor());
    case 6:
      return own(stored.rot90());
    case 7:
      return own(own(stored.rot270()).flipHor());
    case 8:
      return own(stored.rot270());
  }
}

/** Upright pixels, moved to where a file with this orientation tag stores them. */
export function toStored(own: Own, upright: VipsImage, orientation: Orientation): VipsImage {
  return toUpright(own, upright, orientation === 6 ? 8 : orientation === 8 ? 6 : orientation);
}
