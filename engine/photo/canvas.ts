import { onWhite, toSrgb } from './colour.ts';
import { withHandles } from './handles.ts';
import { withInput } from './input.ts';
import { photoLibrary } from './library.ts';
import { decoding, openPicture, readHeader } from './open.ts';
import { swapsSides, toUpright } from './orientation.ts';
import { resample, shrinkFor } from './resample.ts';
import { imageOf, rgbOf } from './rgb.ts';
import type { Canvas, Rgb } from './types.ts';

/** The working size: the short edge is `shortEdge` pixels, unless the long one would then exceed `longEdge`. */
export interface CanvasSize {
  shortEdge: number;
  longEdge: number;
}

/**
 * The canvas size of an upright picture: scaled, up or down, so that its short edge becomes `shortEdge`, but its long
 * edge at most `longEdge`; at least one pixel each way.
 */
export function canvasSize(width: number, height: number, size: CanvasSize): { width: number; height: number } {
  const scale = Math.min(size.shortEdge / Math.min(width, height), size.longEdge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * The photo as the optimization sees it: upright, in sRGB by its ICC profile, transparency on white, 8 bits, at the
 * working size. `pixels` is [3, height, width] in [0, 1].
 * @throws UserError for everything that cannot be decoded whole as one still photo.
 */
export async function readCanvas(path: string, size: CanvasSize): Promise<Canvas> {
  return toCanvas(await readRgb(path, size));
}

/** The canvas of a picture that is read already. */
export async function canvasFrom(picture: Rgb, size: CanvasSize): Promise<Canvas> {
  const vips = await photoLibrary();
  const { width, height } = canvasSize(picture.width, picture.height, size);
  return withHandles((own) => toCanvas(rgbOf(resample(own, imageOf(vips, own, picture), false, width, height))));
}

const toCanvas = ({ samples, width, height }: Rgb): Canvas => ({
  pixels: planar(samples, width * height),
  width,
  height,
});

/**
 * The photo's pixels as those of {@link readCanvas}, but interleaved and not yet divided by 255.
 * @param size null: the photo's own
 * @throws UserError as readCanvas
 */
export async function readRgb(path: string, size: CanvasSize | null): Promise<Rgb> {
  const vips = await photoLibrary();
  return withInput(path, (input, own) => {
    const photo = readHeader(vips, input);
    const swapped = swapsSides(photo.orientation);
    const upright = swapped
      ? { width: photo.height, height: photo.width }
      : { width: photo.width, height: photo.height };
    const { width, height } = size === null ? upright : canvasSize(upright.width, upright.height, size);
    const stored = swapped ? { width: height, height: width } : { width, height };
    return decoding(input, () => {
      const pixels = openPicture(vips, input, own, photo, shrinkFor(photo, stored.width, stored.height));
      const small = resample(own, pixels, photo.hasAlpha, stored.width, stored.height);
      const rgb = own(toSrgb(own, small, photo, 8).colourspace('srgb'));
      // Quarter turns read out of order: the small picture is held first.
      const held = own(onWhite(own, rgb, photo.hasAlpha).copyMemory());
      return rgbOf(toUpright(own, held, photo.orientation));
    });
  });
}

/** Interleaved 8-bit RGB as [3, pixels] in [0, 1]. */
function planar(samples: ArrayLike<number>, pixels: number): Float32Array {
  const planes = new Float32Array(3 * pixels);
  for (let channel = 0; channel < 3; channel += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      planes[channel * pixels + pixel] = (samples[pixel * 3 + channel] ?? 0) / 255;
    }
  }
  return planes;
}
