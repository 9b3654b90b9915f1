/**
 * Pixels in and out: what a file is, the canvas that is optimized, the rendering of photo + noise, its figures.
 * Everything that touches an image file goes through here; originals are opened for reading only.
 *
 * The promises are for the loading of libvips: its work itself is synchronous, so callers that must stay responsive
 * run this in a process of their own, or hand it to `PhotoThreads`.
 */
export type * from './types.ts';
export { inspectPhoto } from './inspect.ts';
export { canvasFrom, canvasSize, readCanvas, readRgb } from './canvas.ts';
export { enlargeJpeg, recodeJpeg } from './recode.ts';
export { reencoded, type Reencoding } from './reencode.ts';
export type { CanvasSize } from './canvas.ts';
export { decodeNoise, encodeNoise, renderNoise, writeNoise } from './noiseFile.ts';
export { renderCopy } from './render.ts';
export { extensionOf, LOSSLESS } from './encode.ts';
export { measureVisibility } from './visibility.ts';
export { writeRgb } from './writeRgb.ts';
export { makeThumbnail } from './thumbnail.ts';
export { makeViewable } from './viewable.ts';
export type { Viewable } from './viewable.ts';
export { formatOf, SNIFF_BYTES } from './sniff.ts';
export { closePhotoLibrary } from './library.ts';
export { PhotoThreads } from './thread/photoThreads.ts';
