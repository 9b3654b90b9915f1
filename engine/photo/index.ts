/**
 * Pixels in and out: what a file is, the canvas that is optimized, the rendering of photo + noise, its figures.
 * Everything that touches an image file goes through here; originals are opened for reading only.
 */
export type * from './types.ts';
