/**
 * JPEG's quantization (ITU-T T.81): tables of Annex K scaled by the quality as libjpeg does, in units of 1/255.
 */

/** T.81 Table K.1, luminance. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
/** T.81 Table K.2, chrominance. */
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** Steps so fine that quantizing with them changes nothing that matters: a view without JPEG. */
const NO_JPEG_STEP = 1 / 64;

/**
 * Quantization steps [3, 8, 8] for Y, Cb, Cr in units of 1/255.
 * @param quality 1 to 100, or null for no JPEG
 */
export function quantizationSteps(quality: number | null): Float32Array {
  if (quality === null) return new Float32Array(192).fill(NO_JPEG_STEP);
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const scaled = (table: number[]): number[] =>
    table.map((n) => Math.min(255, Math.max(1, Math.floor((n * scale + 50) / 100))));
  const chroma = scaled(CHROMINANCE);
  return Float32Array.from([...scaled(LUMINANCE), ...chroma, ...chroma]);
}

/** The orthonormal DCT-II of blocks of 8 along an axis of `size` samples (a multiple of 8), [size, size]. */
export function blockDct(size: number): Float32Array {
  const matrix = new Float32Array(size * size);
  for (let block = 0; block < size; block += 8) {
    for (let u = 0; u < 8; u++) {
      for (let x = 0; x < 8; x++) {
        const norm = u === 0 ? Math.sqrt(1 / 8) : Math.sqrt(2 / 8);
        matrix[(block + u) * size + block + x] = norm * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
      }
    }
  }
  return matrix;
}
