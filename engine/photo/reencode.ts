import { encode } from './encode.ts';
import { withHandles } from './handles.ts';
import { photoLibrary } from './library.ts';
import { resample } from './resample.ts';
import { imageOf, rgbOf } from './rgb.ts';
import type { CopyFormat, Rgb } from './types.ts';

/** What becomes of a picture when a site stores it. */
export interface Reencoding {
  format: Extract<CopyFormat, 'jpeg' | 'png' | 'webp'>;
  /** 1 to 100, as {@link encode} reads it. */
  quality: number;
  /** Long edge in pixels, not above the picture's; null: its own. */
  longEdge: number | null;
}

/** A picture that was shrunk, written and read again, all in memory. */
export async function reencoded(picture: Rgb, { format, quality, longEdge }: Reencoding): Promise<Rgb> {
  const vips = await photoLibrary();
  const share = longEdge === null ? 1 : Math.min(1, longEdge / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * share)));
  return withHandles((own) => {
    const stored = resample(own, imageOf(vips, own, picture), false, width ?? 1, height ?? 1);
    const target = own(vips.Target.newToMemory());
    encode(stored, target, format, quality);
    return rgbOf(own(vips.Image.newFromBuffer(target.getBlob())));
  });
}
