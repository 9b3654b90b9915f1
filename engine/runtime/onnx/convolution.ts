import { identity, IOHW, NCHW, OIHW, transposed, Layout, type Order } from './layout.ts';
import type { Value } from './ir.ts';
import type { OnnxModel } from './model.ts';

interface Geometry {
  strides: [number, number];
  kernel: [number, number];
  /** top, left, bottom, right */
  pads: [number, number, number, number];
}

const geometryOf = (value: Value): Geometry => value.attributes as unknown as Geometry;

const shape4 = (value: Value): [number, number, number, number] =>
  value.shape as unknown as [number, number, number, number];

export function lowerConvolution(model: OnnxModel, value: Value, x: Layout, filter: Layout): Layout {
  const { strides, kernel, pads } = geometryOf(value);
  const attributes = { strides, kernel_shape: kernel, pads };
  return new Layout(model, value, NCHW, model.node('Conv', [x.fullIn(NCHW), filter.fullIn(OIHW)], attributes));
}

/**
 * Gradient with respect to the input. At stride 1 it is a convolution with the filter turned by 180°, which ONNX
 * Runtime runs with its blocked kernels; otherwise a transposed convolution.
 */
export function lowerInputGradient(model: OnnxModel, value: Value, dy: Layout, filter: Layout): Layout {
  const { strides, kernel, pads } = geometryOf(value);
  const [, height, width] = shape4(value);
  const [, outHeight, outWidth] = shape4(dy.value);
  const [kernelHeight, kernelWidth] = kernel;
  if (strides[0] === 1 && strides[1] === 1) {
    const top = kernelHeight - 1 - pads[0];
    const left = kernelWidth - 1 - pads[1];
    const turnedPads = [
      top,
      left,
      height + kernelHeight - 1 - outHeight - top,
      width + kernelWidth - 1 - outWidth - left,
    ];
    const turned = turnedFilter(model, filter, kernel);
    const output = model.node('Conv', [dy.fullIn(NCHW), turned], { kernel_shape: kernel, pads: turnedPads });
    return new Layout(model, value, NCHW, output);
  }
  const excessHeight = (outHeight - 1) * strides[0] + kernelHeight - pads[0] - height;
  const excessWidth = (outWidth - 1) * strides[1] + kernelWidth - pads[1] - width;
  const output = model.node('ConvTranspose', [dy.fullIn(NCHW), filter.fullIn(OIHW)], {
    kernel_shape: kernel,
    strides,
    pads: [pads[0], pads[1], Math.max(0, excessHeight), Math.max(0, excessWidth)],
    output_padding: [Math.max(0, -excessHeight), Math.max(0, -excessWidth)],
  });
  return new Layout(model, value, NCHW, output);
}

function turnedFilter(
  model: OnnxModel,
  filter: Layout,
  [kernelHeight, kernelWidth]: readonly [number, number],
): string {
  const area = kernelHeight * kernelWidth;
  if (area === 1) return filter.fullIn(IOHW);
  const { data, shape } = filter.value;
  if (data instanceof Float32Array) {
    const turned = transposed(data, shape, IOHW);
    for (let i = 0; i < turned.length; i += area) turned.subarray(i, i + area).reverse();
    return model.initializer(
      turned,
      IOHW.map((axis) => shape[axis] ?? 1),
    );
  }
  const back = model.int64([-1, -1]);
  const toStart = model.int64([-(2 ** 31), -(2 ** 31)]);
  return model.node('Slice', [filter.fullIn(IOHW), back, toStart, model.int64([2, 3]), back]);
}

/**
 * Gradient with respect to the filter: one matrix product for each position of the kernel. In NHWC the slices are
 * matrices without a copy of their channels; the result is put together in OIHW, as the weights are kept.
 */
export function lowerFilterGradient(model: OnnxModel, value: Value, x: Layout, dy: Layout): Layout {
  const { strides, pads } = geometryOf(value);
  const [kernelHeight, kernelWidth, channelsIn, channelsOut] = shape4(value);
  const [batch, outHeight, outWidth] = shape4(dy.value);
  const positions = batch * outHeight * outWidth;
  const nhwc = identity(4);
  let image = x.fullIn(nhwc);
  if (pads.some((n) => n > 0)) {
    image = model.node('Pad', [image, model.int64([0, pads[0], pads[1], 0, 0, pads[2], pads[3], 0])]);
  }
  const errors = model.node('Reshape', [dy.fullIn(nhwc), model.int64([positions, channelsOut])]);
  const products: string[] = [];
  for (let i = 0; i < kernelHeight; i++) {
    for (let j = 0; j < kernelWidth; j++) {
      const slice = model.node('Slice', [
        image,
        model.int64([i, j]),
        model.int64([i + (outHeight - 1) * strides[0] + 1, j + (outWidth - 1) * strides[1] + 1]),
        model.int64([1, 2]),
        model.int64(strides),
      ]);
      const matrix = model.node('Reshape', [slice, model.int64([positions, channelsIn])]);
      products.push(model.node('Gemm', [errors, matrix], { transA: 1 }));
    }
  }
  const [first] = products;
  if (first === undefined) throw new Error('a convolution needs a kernel');
  const stacked = products.length > 1 ? model.node('Concat', products, { axis: 0 }) : first;
  const area = kernelHeight * kernelWidth;
  const flat = model.node('Reshape', [stacked, model.int64([area, channelsOut * channelsIn])]);
  const oihw = model.node('Reshape', [
    model.node('Transpose', [flat], { perm: [1, 0] }),
    model.int64([channelsOut, channelsIn, kernelHeight, kernelWidth]),
  ]);
  return new Layout(model, value, OIHW satisfies Order, oihw);
}
