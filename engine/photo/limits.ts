/** The largest photo that is read: 200 megapixels. What claims to be larger is refused before it is decoded. */
export const MAX_PIXELS = 200_000_000;

/** The longest side that each format can store, in pixels. */
export const MAX_SIDE = { jpeg: 65_500, png: 1_000_000, webp: 16_383, tiff: 1_000_000, avif: 65_535 } as const;

/**
 * A decoded photo of at most this many bytes is kept in memory while its copy is made (a 12-megapixel JPEG takes
 * 36 MB); a larger one is decoded once for every pass over it.
 */
export const MAX_HELD_BYTES = 192 * 1024 * 1024;
