import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../runtime.ts';
import { isSplat, sameShape, type Attributes, type DType, type Graph, type Value } from './ir.ts';

/** What a TensorFlow.js kernel is called with, its tensors already resolved to recorded values. */
export interface KernelCall {
  graph: Graph;
  inputs: Record<string, Value>;
  attributes: Record<string, unknown>;
}
export type Kernel = (call: KernelCall) => Value;

const COMPARISONS = ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'LogicalAnd', 'LogicalOr'] as const;
const ARITHMETIC = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'] as const;
const UNARY = [
  'Neg',
  'Square',
  'Sqrt',
  'Rsqrt',
  'Exp',
  'Log',
  'Abs',
  'Sign',
  'Relu',
  'Sigmoid',
  'Round',
  'LogicalNot',
] as const;
const REDUCTIONS = ['Sum', 'Mean', 'Max', 'Min'] as const;

function input(call: KernelCall, name: string): Value {
  const value = call.inputs[name];
  if (!value) throw new Error(`kernel input "${name}" is missing`);
  return value;
}

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [Number(value)]);

function reshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  let source = value;
  while (source.op === 'Reshape' && source.inputs[0]) source = source.inputs[0];
  if (sameShape(source.shape, shape)) return source;
  if (source.splat !== undefined) return graph.splat(source.splat, shape, source.dtype);
  return graph.add('Reshape', [source], {}, shape, source.dtype);
}

function broadcast(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  if (value.splat !== undefined) return graph.splat(value.splat, shape, value.dtype);
  const padded = [...Array<number>(shape.length - value.shape.length).fill(1), ...value.shape];
  return graph.add('BroadcastTo', [reshape(graph, value, padded)], {}, shape, value.dtype);
}

/** The gradient of relu arrives as dy · step(x); as one selection it is a quarter of the memory traffic. */
function reluGradient(graph: Graph, a: Value, b: Value): Value | null {
  for (const [dy, mask] of [
    [a, b],
    [b, a],
  ] as const) {
    const step = mask.op === 'Cast' ? mask.inputs[0] : mask;
    const x = step?.op === 'Step' && step.attributes['alpha'] === 0 ? step.inputs[0] : undefined;
    if (x && sameShape(dy.shape, x.shape)) return graph.add('ReluGradient', [dy, x], {}, dy.shape);
  }
  return null;
}

function arithmetic(graph: Graph, op: string, a: Value, b: Value): Value {
  const shape = backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  if (op === 'Multiply') {
    if (isSplat(b, 1)) return broadcast(graph, a, shape);
    if (isSplat(a, 1)) return broadcast(graph, b, shape);
    const relu = reluGradient(graph, a, b);
    if (relu) return relu;
  }
  if ((op === 'Add' || op === 'Sub') && isSplat(b, 0)) return broadcast(graph, a, shape);
  if (op === 'Add' && isSplat(a, 0)) return broadcast(graph, b, shape);
  if (op === 'RealDiv' && b.splat !== undefined) {
    return arithmetic(graph, 'Multiply', a, graph.splat(1 / b.splat, b.shape));
  }
  return graph.add(op, [a, b], {}, shape, a.dtype);
}

function reduction(op: string): Kernel {
  return (call) => {
    const x = input(call, 'x');
    // Max and Min name it otherwise.
    const given = call.attributes['axis'] ?? call.attributes['reductionIndices'];
    const axes = util.parseAxisParam(given as number | number[], [...x.shape]);
    if (axes.length === 0) return x;
    const keepDims = call.attributes['keepDims'] === true;
    const shape = keepDims
      ? x.shape.map((n, i) => (axes.includes(i) ? 1 : n))
      : x.shape.filter((_, i) => !axes.includes(i));
    return call.graph.add(op, [x], { axes, keepDims }, shape, x.dtype === 'bool' ? 'int32' : x.dtype);
  };
}

/** Geometry of a convolution as ONNX names it; tfjs tensors are NHWC and HWIO. */
function convolution(
  x: readonly number[],
  filter: readonly number[],
  attributes: Record<string, unknown>,
): { geometry: Attributes; outShape: number[] } {
  const info = backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attributes['strides'] as number | [number, number],
    (attributes['dilations'] as number | [number, number] | undefined) ?? 1,
    attributes['pad'] as 'same' | 'valid' | number,
    attributes['dimRoundingMode'] as 'floor' | undefined,
  );
  const { padInfo } = info;
  return {
    geometry: {
      strides: [info.strideHeight, info.strideWidth],
      kernel: [info.filterHeight, info.filterWidth],
      pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
    },
    outShape: info.outShape,
  };
}

/** Every TensorFlow.js kernel that can be recorded. */
export const kernels: Record<string, Kernel> = {
  Identity: (call) => input(call, 'x'),
  Cast: (call) => {
    const x = input(call, 'x');
    const dtype = call.attributes['dtype'] as DType;
    if (x.dtype === dtype) return x;
    if (x.splat !== undefined) return call.graph.splat(x.splat, x.shape, dtype);
    return call.graph.add('Cast', [x], {}, x.shape, dtype);
  },
  Reshape: (call) => {
    const x = input(call, 'x');
    return reshape(call.graph, x, util.inferFromImplicitShape(numbers(call.attributes['shape']), sizeOf(x.shape)));
  },
  ExpandDims: (call) => {
    const x = input(call, 'input');
    const dim = Number(call.attributes['dim']);
    const shape = [...x.shape];
    shape.splice(dim < 0 ? x.shape.length + dim + 1 : dim, 0, 1);
    return reshape(call.graph, x, shape);
  },
  Transpose: (call) => {
    const x = input(call, 'x');
    const perm = numbers(call.attributes['perm']);
    if (perm.every((p, i) => p === i)) return x;
    // Two transposes in a row are one.
    const before = x.op === 'Transpose' ? x.inputs[0] : undefined;
    const earlier = x.attributes['perm'] as number[] | undefined;
    const source = before && earlier ? before : x;
    const whole = before && earlier ? perm.map((p) => earlier[p] ?? p) : perm;
    if (whole.every((p, i) => p === i)) return source;
    return call.graph.add(
      'Transpose',
      [source],
      { perm: whole },
      whole.map((p) => source.shape[p] ?? 1),
      x.dtype,
    );
  },
  Fill: ({ graph, attributes }) =>
    graph.splat(
      Number(attributes['value']),
      numbers(attributes['shape']),
      (attributes['dtype'] as DType | undefined) ?? 'float32',
    ),
  ZerosLike: (call) => call.graph.splat(0, input(call, 'x').shape, input(call, 'x').dtype),
  OnesLike: (call) => call.graph.splat(1, input(call, 'x').shape, input(call, 'x').dtype),
  BroadcastTo: (call) => broadcast(call.graph, input(call, 'x'), numbers(call.attributes['shape'])),
  Tile: (call) => {
    const x = input(call, 'x');
    const reps = numbers(call.attributes['reps']);
    const shape = x.shape.map((n, i) => n * (reps[i] ?? 1));
    // Repeating axes of length 1 is broadcasting, which costs no copy.
    if (x.shape.every((n, i) => n === 1 || reps[i] === 1)) return broadcast(call.graph, x, shape);
    return call.graph.add('Tile', [x], { reps }, shape, x.dtype);
  },
  Step: (call) => {
    const x = input(call, 'x');
    return call.graph.add('Step', [x], { alpha: Number(call.attributes['alpha'] ?? 0) }, x.shape);
  },
  ClipByValue: (call) => {
    const x = input(call, 'x');
    const { clipValueMin, clipValueMax } = call.attributes;
    return call.graph.add('Clip', [x], { min: Number(clipValueMin), max: Number(clipValueMax) }, x.shape);
  },
  Select: (call) => {
    const then = input(call, 't');
    return call.graph.add('Select', [input(call, 'condition'), then, input(call, 'e')], {}, then.shape, then.dtype);
  },
  LogSoftmax: (call) => {
    const x = input(call, 'logits');
    const axis = call.attributes['axis'] as number;
    return call.graph.add('LogSoftmax', [x], { axis: axis < 0 ? axis + x.shape.length : axis }, x.shape);
  },
  AddN: ({ graph, inputs }) => Object.values(inputs).reduce((a, b) => arithmetic(graph, 'Add', a, b)),
  Slice: (call) => {
    const x = input(call, 'x');
    const { begin, size } = call.attributes as { begin: number | number[]; size: number | number[] };
    const shape = [...x.shape];
    // tfjs types ask for a tensor but read only its shape.
    const [starts = [], sizes = []] = slice_util.parseSliceParams({ shape } as never, begin, size);
    return call.graph.add('Slice', [x], { starts, ends: starts.map((s, i) => s + (sizes[i] ?? 0)) }, sizes, x.dtype);
  },
  PadV2: (call) => {
    const x = input(call, 'x');
    const paddings = call.attributes['paddings'] as [number, number][];
    const shape = x.shape.map((n, i) => n + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    return call.graph.add('Pad', [x], { paddings, value: Number(call.attributes['constantValue']) }, shape, x.dtype);
  },
  BatchMatMul: (call) => {
    const a = input(call, 'a');
    const b = input(call, 'b');
    const transposeA = call.attributes['transposeA'] === true;
    const transposeB = call.attributes['transposeB'] === true;
    const rank = a.shape.length;
    const rows = a.shape[transposeA ? rank - 1 : rank - 2] ?? 1;
    const columns = b.shape[transposeB ? rank - 2 : rank - 1] ?? 1;
    const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return call.graph.add('MatMul', [a, b], { transposeA, transposeB }, [...batch, rows, columns]);
  },
  Conv2D: (call) => {
    const [x, filter] = [input(call, 'x'), input(call, 'filter')];
    const { geometry, outShape } = convolution(x.shape, filter.shape, call.attributes);
    return call.graph.add('Conv', [x, filter], geometry, outShape);
  },
  Conv2DBackpropInput: (call) => {
    const [dy, filter] = [input(call, 'dy'), input(call, 'filter')];
    const shape = numbers(call.attributes['inputShape']);
    return call.graph.add(
      'ConvInputGradient',
      [dy, filter],
      convolution(shape, filter.shape, call.attributes).geometry,
      shape,
    );
  },
  Conv2DBackpropFilter: (call) => {
    const [x, dy] = [input(call, 'x'), input(call, 'dy')];
    const shape = numbers(call.attributes['filterShape']);
    return call.graph.add('ConvFilterGradient', [x, dy], convolution(x.shape, shape, call.attributes).geometry, shape);
  },
};

for (const op of COMPARISONS) {
  kernels[op] = (call) => {
    const [a, b] = [input(call, 'a'), input(call, 'b')];
    return call.graph.add(op, [a, b], {}, backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]), 'bool');
  };
}
for (const op of ARITHMETIC) kernels[op] = (call) => arithmetic(call.graph, op, input(call, 'a'), input(call, 'b'));
for (const op of UNARY) {
  kernels[op] = (call) => {
    const x = input(call, 'x');
    return call.graph.add(op, [x], {}, x.shape, x.dtype);
  };
}
for (const op of REDUCTIONS) kernels[op] = reduction(op);
