import { sizeOf } from '../runtime.ts';
import { lowerConvolution, lowerFilterGradient, lowerInputGradient } from './convolution.ts';
import { sameShape, type Value } from './ir.ts';
import { identity, Layout, type Order } from './layout.ts';
import { OnnxModel } from './model.ts';
import type { Trace } from './trace.ts';

/** Element-wise operations that ONNX has under another (or the same) name. */
const ELEMENTWISE: Record<string, string> = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Equal: 'Equal',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Sqrt: 'Sqrt',
  Exp: 'Exp',
  Log: 'Log',
  Abs: 'Abs',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Round: 'Round',
  Select: 'Where',
};
const REDUCTIONS: Record<string, string> = { Sum: 'ReduceSum', Mean: 'ReduceMean', Max: 'ReduceMax', Min: 'ReduceMin' };
const CAST_TO = { float32: 1, int32: 6, bool: 9 } as const;

/** Writes a recorded function as one ONNX model. Only what the outputs need becomes nodes. */
export function lower(trace: Trace): Uint8Array {
  return new Lowering(trace).run();
}

class Lowering {
  readonly #model = new OnnxModel();
  readonly #done = new Map<number, Layout>();
  readonly #trace: Trace;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  run(): Uint8Array {
    // The signature is kept even where an input is not used.
    for (const value of this.#trace.graph.inputs) this.#of(value);
    // Recording order is a topological order; walking it avoids deep recursion.
    const needed = new Set<number>();
    const open = Object.values(this.#trace.outputs);
    for (let value = open.pop(); value; value = open.pop()) {
      if (needed.has(value.id)) continue;
      needed.add(value.id);
      open.push(...value.inputs);
    }
    for (const value of this.#trace.graph.values) if (needed.has(value.id)) this.#of(value);
    for (const [name, value] of Object.entries(this.#trace.outputs)) {
      this.#model.output(name, this.#of(value).fullIn(identity(value.shape.length)), value.shape);
    }
    return this.#model.serialize();
  }

  #of(value: Value): Layout {
    let layout = this.#done.get(value.id);
    if (!layout) this.#done.set(value.id, (layout = this.#lower(value)));
    return layout;
  }

  #operand(value: Value, index: number): Layout {
    const operand = value.inputs[index];
    if (!operand) throw new Error(`${value.op} has no operand ${index}`);
    return this.#of(operand);
  }

  #lower(value: Value): Layout {
    const model = this.#model;
    const rank = value.shape.length;
    const onnxName = ELEMENTWISE[value.op];
    if (onnxName !== undefined) return this.#elementwise(value, (x) => model.node(onnxName, x));
    if (value.op in REDUCTIONS) return this.#reduce(value);
    switch (value.op) {
      case 'Input':
        model.input(String(value.attributes['name']), value.shape);
        return new Layout(model, value, identity(rank), String(value.attributes['name']));
      case 'Constant':
        return value.splat === undefined
          ? new Layout(model, value, identity(rank), null)
          : new Layout(
              model,
              value,
              identity(rank),
              null,
              value.shape.map(() => 1),
            );
      case 'Square':
        return this.#elementwise(value, ([x = '']) => model.node('Mul', [x, x]));
      case 'Rsqrt':
        return this.#elementwise(value, (x) => model.node('Reciprocal', [model.node('Sqrt', x)]));
      case 'SquaredDifference':
        return this.#elementwise(value, (x) => {
          const difference = model.node('Sub', x);
          return model.node('Mul', [difference, difference]);
        });
      case 'Sign': // Not ONNX's Sign: its WebGPU provider has no kernel for it.
        return this.#elementwise(value, ([x = '']) => {
          const zero = model.scalar(0);
          const positive = model.node('Cast', [model.node('Greater', [x, zero])], { to: CAST_TO.float32 });
          return model.node('Sub', [
            positive,
            model.node('Cast', [model.node('Less', [x, zero])], { to: CAST_TO.float32 }),
          ]);
        });
      case 'Step':
        return this.#elementwise(value, ([x = '']) =>
          model.node('Where', [
            model.node('Greater', [x, model.scalar(0)]),
            model.scalar(1),
            model.scalar(Number(value.attributes['alpha'])),
          ]),
        );
      case 'ReluGradient':
        return this.#elementwise(value, ([dy = '', x = '']) =>
          model.node('Where', [model.node('Greater', [x, model.scalar(0)]), dy, model.scalar(0)]),
        );
      case 'Clip':
        return this.#elementwise(value, ([x = '']) =>
          model.node('Clip', [
            x,
            model.scalar(Number(value.attributes['min'])),
            model.scalar(Number(value.attributes['max'])),
          ]),
        );
      case 'Cast':
        return this.#elementwise(value, (x) => model.node('Cast', x, { to: CAST_TO[value.dtype] }));
      case 'BroadcastTo': {
        const x = this.#operand(value, 0);
        return new Layout(model, value, x.order, x.in(x.order), x.lengths);
      }
      case 'Transpose': {
        const x = this.#operand(value, 0);
        const perm = value.attributes['perm'] as number[];
        return new Layout(
          model,
          value,
          x.order.map((axis) => perm.indexOf(axis)),
          x.in(x.order),
          perm.map((p) => x.lengths[p] ?? 1),
        );
      }
      case 'Reshape':
        return this.#reshape(value);
      case 'Tile': {
        const x = this.#operand(value, 0);
        const reps = value.attributes['reps'] as number[];
        return new Layout(
          model,
          value,
          x.order,
          model.node('Tile', [x.fullIn(x.order), model.int64(x.order.map((axis) => reps[axis] ?? 1))]),
        );
      }
      case 'Slice': {
        const x = this.#operand(value, 0);
        const { starts, ends } = value.attributes as { starts: number[]; ends: number[] };
        const inOrder = (numbers: number[]): string => model.int64(x.order.map((axis) => numbers[axis] ?? 0));
        return new Layout(
          model,
          value,
          x.order,
          model.node('Slice', [x.fullIn(x.order), inOrder(starts), inOrder(ends)]),
        );
      }
      case 'Pad': {
        const x = this.#operand(value, 0);
        const paddings = value.attributes['paddings'] as unknown as [number, number][];
        const side = (i: 0 | 1): number[] => x.order.map((axis) => paddings[axis]?.[i] ?? 0);
        const pads = model.int64([...side(0), ...side(1)]);
        const fill = model.scalar(Number(value.attributes['value']));
        return new Layout(model, value, x.order, model.node('Pad', [x.fullIn(x.order), pads, fill]));
      }
      case 'LogSoftmax':
        return new Layout(
          model,
          value,
          identity(rank),
          model.node('LogSoftmax', [this.#operand(value, 0).fullIn(identity(rank))], {
            axis: Number(value.attributes['axis']),
          }),
        );
      case 'MatMul':
        return this.#matMul(value);
      case 'Conv':
        return lowerConvolution(model, value, this.#operand(value, 0), this.#operand(value, 1));
      case 'ConvInputGradient':
        return lowerInputGradient(model, value, this.#operand(value, 0), this.#operand(value, 1));
      case 'ConvFilterGradient':
        return lowerFilterGradient(model, value, this.#operand(value, 0), this.#operand(value, 1));
      default:
        throw new Error(`no ONNX form for the operation ${value.op}`);
    }
  }

  /** In the order that the largest operand already has. */
  #elementwise(value: Value, write: (operands: string[]) => string): Layout {
    const rank = value.shape.length;
    const operands = value.inputs.map((v) => this.#of(v));
    let order: Order = identity(rank);
    let largest = -1;
    for (const operand of operands) {
      const size = sizeOf(operand.lengths);
      if (operand.value.shape.length === rank && operand.value.op !== 'Constant' && size > largest) {
        largest = size;
        order = operand.order;
      }
    }
    const lengths = value.shape.map((_, i) =>
      Math.max(...operands.map((o) => o.lengths[i - (rank - o.value.shape.length)] ?? 1)),
    );
    return new Layout(this.#model, value, order, write(operands.map((o) => o.aligned(rank, order))), lengths);
  }

  #reduce(value: Value): Layout {
    const model = this.#model;
    const x = this.#operand(value, 0);
    const axes = value.attributes['axes'] as number[];
    const keepDims = value.attributes['keepDims'] === true;
    const physical = x.order.flatMap((axis, i) => (axes.includes(axis) ? [i] : []));
    const keepdims = keepDims ? 1 : 0;
    let result: string;
    if (value.op === 'Sum') {
      result = model.node('ReduceSum', [x.in(x.order), model.int64(physical)], { keepdims });
      // An axis that was never expanded was summed once instead of n times.
      const repeats = axes.reduce((n, axis) => (n * (x.value.shape[axis] ?? 1)) / (x.lengths[axis] ?? 1), 1);
      if (repeats !== 1) result = model.node('Mul', [result, model.scalar(repeats)]);
    } else {
      result = model.node(REDUCTIONS[value.op] ?? '', [x.in(x.order)], { axes: physical, keepdims });
    }
    if (keepDims) {
      return new Layout(
        model,
        value,
        x.order,
        result,
        x.lengths.map((n, i) => (axes.includes(i) ? 1 : n)),
      );
    }
    const kept = identity(x.value.shape.length).filter((axis) => !axes.includes(axis));
    const order = x.order.filter((axis) => kept.includes(axis)).map((axis) => kept.indexOf(axis));
    return new Layout(
      model,
      value,
      order,
      result,
      kept.map((axis) => x.lengths[axis] ?? 1),
    );
  }

  #reshape(value: Value): Layout {
    const model = this.#model;
    const x = this.#operand(value, 0);
    const from = x.value.shape;
    const longFrom = identity(from.length).filter((axis) => from[axis] !== 1);
    const longTo = identity(value.shape.length).filter((axis) => value.shape[axis] !== 1);
    const same = sameShape(
      longFrom.map((axis) => from[axis] ?? 1),
      longTo.map((axis) => value.shape[axis] ?? 1),
    );
    if (!same) {
      return new Layout(
        model,
        value,
        identity(value.shape.length),
        model.node('Reshape', [x.fullIn(identity(from.length)), model.int64(value.shape)]),
      );
    }
    // Only axes of length 1 come or go: the order stays as it is.
    const lengths = value.shape.map(() => 1);
    longTo.forEach((axis, i) => (lengths[axis] = x.lengths[longFrom[i] ?? 0] ?? 1));
    const long = x.order.filter((axis) => longFrom.includes(axis)).map((axis) => longTo[longFrom.indexOf(axis)] ?? 0);
    const order = [...identity(value.shape.length).filter((axis) => !longTo.includes(axis)), ...long];
    const dims = model.int64(order.map((axis) => lengths[axis] ?? 1));
    return new Layout(model, value, order, model.node('Reshape', [x.in(x.order), dims]), lengths);
  }

  #matMul(value: Value): Layout {
    const model = this.#model;
    const rank = value.shape.length;
    const operand = (index: number, transpose: boolean): string => {
      const order = identity(this.#operand(value, index).value.shape.length);
      if (transpose) order.splice(-2, 2, order.length - 1, order.length - 2);
      return this.#operand(value, index).fullIn(order);
    };
    const a = operand(0, value.attributes['transposeA'] === true);
    const b = operand(1, value.attributes['transposeB'] === true);
    return new Layout(model, value, identity(rank), model.node('MatMul', [a, b]));
  }
}
