import * as tf from '@tensorflow/tfjs-core';
import type { TensorSpec } from '../runtime/runtime.ts';
import { blockDct } from './jpeg.ts';
import type { ViewGeometry } from './distribution.ts';

/** Specs of the parameters of `count` views (see `ViewParameters`). */
export function viewSpecs(count: number, { frame, size }: ViewGeometry): TensorSpec[] {
  return [
    { name: 'rows', shape: [count, size, frame] },
    { name: 'columns', shape: [count, frame, size] },
    { name: 'colour', shape: [count, 3, 3] },
    { name: 'offset', shape: [count, 3] },
    { name: 'steps', shape: [count, 3, 8, 8] },
  ];
}

/** RGB to Y, Cb, Cr of JFIF (chroma around 0). */
const TO_YCC = [0.299, 0.587, 0.114, -0.168736, -0.331264, 0.5, 0.5, -0.418688, -0.081312];
const FROM_YCC = [1, 0, 1.402, 1, -0.344136, -0.714136, 1, 1.772, 0];

/** round(x / step) · step whose gradient is the identity (straight-through, Bengio et al. 2013). */
const quantize = tf.customGrad((...args) => {
  const [x, step] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  return {
    value: tf.mul(tf.round(tf.div(x, step)), step),
    gradFunc: (dy) => [dy, tf.zerosLike(dy)],
  };
});

function pixelwise(images: tf.Tensor4D, matrix: tf.Tensor3D): tf.Tensor4D {
  const [count, , height, width] = images.shape;
  const flat = tf.reshape(images, [count, 3, height * width]);
  return tf.reshape(tf.matMul(matrix, flat), [count, 3, height, width]);
}

/** A constant matrix for each of `count` pictures, so that batches have equal shapes. */
function repeated(values: readonly number[] | Float32Array, rows: number, leading: number[]): tf.Tensor {
  const matrix = tf.tensor(values, [...leading.map(() => 1), rows, values.length / rows], 'float32');
  return tf.tile(matrix, [...leading, 1, 1]);
}

/**
 * Views t(x): resampled, coloured, then through JPEG's quantization at the size of the view, differentiable with
 * respect to the image (rounding is passed straight through). Chroma is not subsampled: at a photo's own size the
 * noise is far coarser than what subsampling takes away.
 * @param images [N, 3, frame, frame] in [0, 1]
 * @param parameters the tensors of {@link viewSpecs}
 * @returns [N, 3, size, size]
 */
export function applyViews(
  images: tf.Tensor4D,
  parameters: Record<string, tf.Tensor>,
  { size }: ViewGeometry,
): tf.Tensor4D {
  const parameter = (name: string): tf.Tensor => {
    const found = parameters[name];
    if (!found) throw new Error(`view parameter "${name}" is missing`);
    return found;
  };
  const count = images.shape[0];
  const perChannel = (matrix: tf.Tensor): tf.Tensor => tf.tile(tf.expandDims(matrix, 1), [1, 3, 1, 1]);
  const resized = tf.matMul<tf.Tensor4D>(
    tf.matMul(perChannel(parameter('rows')), images),
    perChannel(parameter('columns')),
  );
  const coloured = tf.add(
    pixelwise(resized, parameter('colour') as tf.Tensor3D),
    tf.reshape(parameter('offset'), [count, 3, 1, 1]),
  );
  const shown = tf.clipByValue(coloured, 0, 1) as tf.Tensor4D;

  // JPEG works on samples in 0 … 255 about 128.
  const ycc = pixelwise(tf.mul(tf.sub(shown, 128 / 255), 255), repeated(TO_YCC, 3, [count]) as tf.Tensor3D);
  const dct = repeated(blockDct(size), size, [count, 3]);
  const coefficients = tf.matMul(tf.matMul(dct, ycc as tf.Tensor), dct, false, true);
  const steps = tf.tile(parameter('steps'), [1, 1, size / 8, size / 8]);
  const quantized = quantize(coefficients, steps);
  const decoded = tf.matMul<tf.Tensor4D>(tf.matMul(dct, quantized, true, false), dct);
  const rgb = tf.add(tf.div(pixelwise(decoded, repeated(FROM_YCC, 3, [count]) as tf.Tensor3D), 255), 128 / 255);
  return rgb as tf.Tensor4D;
}
