/** Luma of ITU-R BT.601, as JPEG and most greyscale conversions use: the shares of R, G and B. */
export const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * The luma of one pixel.
 * @param picture [3, area], channel after channel
 * @param pixel its index within a channel
 */
export function lumaAt(picture: Float32Array, area: number, pixel: number): number {
  return LUMA.reduce((sum, share, channel) => sum + share * (picture[channel * area + pixel] ?? 0), 0);
}

/**
 * The luma of a whole picture, [area].
 * @param picture [3, area], channel after channel
 */
export function lumaOf(picture: Float32Array, area: number): Float32Array {
  return Float32Array.from({ length: area }, (_, pixel) => lumaAt(picture, area, pixel));
}
