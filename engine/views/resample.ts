/**
 * Cropping, resizing, flipping and blurring along one axis is a matrix: out = M · in. A view's geometry is two such
 * matrices, one for rows and one for columns, so it is exact, differentiable and of a fixed shape.
 * Matrices are row-major Float32Arrays [outputs, inputs].
 */

/**
 * Resampling of the interval [start, start + length) of `inputs` samples to `outputs` samples, with the triangle
 * filter widened when shrinking (bilinear with antialiasing, as Pillow and most training pipelines resize).
 * @param available samples at the beginning of the axis that belong to the picture; the rest is never read
 * @param start may lie before the axis: what has no sample near it becomes 0
 */
export function resampling(
  inputs: number,
  available: number,
  start: number,
  length: number,
  outputs: number,
): Float32Array {
  const matrix = new Float32Array(outputs * inputs);
  const scale = length / outputs;
  const support = Math.max(1, scale);
  for (let i = 0; i < outputs; i++) {
    const centre = start + (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support));
    const last = Math.min(available - 1, Math.ceil(centre + support));
    let total = 0;
    for (let j = first; j <= last; j++) total += Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support);
    if (total === 0) continue; // Beyond the picture: black.
    for (let j = first; j <= last; j++) {
      matrix[i * inputs + j] = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support) / total;
    }
  }
  return matrix;
}

/** The product of two resamplings: first `second` [n, m], then `first` [p, n]. */
export function compose(first: Float32Array, second: Float32Array, middle: number): Float32Array {
  const rows = first.length / middle;
  const columns = second.length / middle;
  const product = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < middle; k++) {
      const factor = first[i * middle + k] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < columns; j++) {
        product[i * columns + j] = (product[i * columns + j] ?? 0) + factor * (second[k * columns + j] ?? 0);
      }
    }
  }
  return product;
}

/** Mirrors the output: the rows of the matrix in reverse order. */
export function mirrored(matrix: Float32Array, outputs: number): Float32Array {
  const inputs = matrix.length / outputs;
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < outputs; i++) out.set(matrix.subarray(i * inputs, (i + 1) * inputs), (outputs - 1 - i) * inputs);
  return out;
}

/** The transpose of a matrix with `rows` rows. */
export function transposedMatrix(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j] ?? 0;
  return out;
}
