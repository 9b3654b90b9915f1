import { sizeOf } from '../runtime.ts';
import type { Value } from './ir.ts';
import type { OnnxModel } from './model.ts';

/** An order of axes: physical axis i holds logical axis order[i]. */
export type Order = readonly number[];

export const identity = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i);
/** tfjs tensors are NHWC and HWIO; ONNX convolutions want NCHW and OIHW. */
export const NCHW: Order = [0, 3, 1, 2];
export const OIHW: Order = [3, 2, 0, 1];
export const IOHW: Order = [2, 3, 0, 1];

/**
 * A recorded value as ONNX tensors: one name for each order of axes that was asked for. A transposition of the
 * function is only another order here; a Transpose node appears where an operation needs another one. Axes that the
 * value is broadcast along may still have length 1 (`lengths`, in logical order).
 */
export class Layout {
  readonly #names = new Map<string, string>();
  readonly order: Order;
  readonly lengths: readonly number[];
  readonly value: Value;
  readonly #model: OnnxModel;

  constructor(
    model: OnnxModel,
    value: Value,
    order: Order,
    name: string | null,
    lengths: readonly number[] = value.shape,
  ) {
    this.#model = model;
    this.value = value;
    this.order = order;
    this.lengths = lengths;
    if (name !== null) this.#names.set(order.join(), name);
  }

  /** The tensor in this order; broadcast axes may have length 1. */
  in(order: Order): string {
    const key = order.join();
    let name = this.#names.get(key);
    if (name === undefined) this.#names.set(key, (name = this.#make(order)));
    return name;
  }

  /** The tensor in this order with every axis at its full length. */
  fullIn(order: Order): string {
    if (this.lengths.every((n, i) => n === this.value.shape[i])) return this.in(order);
    const key = `full ${order.join()}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      const shape = this.#model.int64(order.map((axis) => this.value.shape[axis] ?? 1));
      this.#names.set(key, (name = this.#model.node('Expand', [this.in(order), shape])));
    }
    return name;
  }

  /** The tensor as an operand of an element-wise operation of rank `rank` whose axes are in `order`. */
  aligned(rank: number, order: Order): string {
    const missing = rank - this.value.shape.length;
    if (missing === 0) return this.in(order);
    if (sizeOf(this.lengths) === 1) return this.in(identity(this.value.shape.length));
    const key = `aligned ${order.join()}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      const own = order.filter((axis) => axis >= missing).map((axis) => axis - missing);
      const dims = order.map((axis) => (axis < missing ? 1 : (this.lengths[axis - missing] ?? 1)));
      this.#names.set(key, (name = this.#model.node('Reshape', [this.in(own), this.#model.int64(dims)])));
    }
    return name;
  }

  #make(order: Order): string {
    const { data, splat, dtype, shape } = this.value;
    if (data) {
      return this.#model.initializer(
        transposed(data, shape, order),
        order.map((axis) => shape[axis] ?? 1),
        dtype === 'float32' ? 'float32' : 'int32',
      );
    }
    if (splat !== undefined) {
      const ones = order.map(() => 1);
      if (dtype === 'bool') return this.#model.initializer(Uint8Array.of(splat), ones, 'bool');
      if (dtype === 'int32') return this.#model.initializer(Int32Array.of(splat), ones, 'int32');
      return this.#model.initializer(Float32Array.of(splat), ones);
    }
    const source = this.#names.get(this.order.join());
    if (source === undefined) throw new Error(`value ${this.value.op} has no tensor`);
    const long = (o: Order): string => o.filter((axis) => this.lengths[axis] !== 1).join();
    if (long(this.order) === long(order)) {
      return this.#model.node('Reshape', [source, this.#model.int64(order.map((axis) => this.lengths[axis] ?? 1))]);
    }
    return this.#model.node('Transpose', [source], { perm: order.map((axis) => this.order.indexOf(axis)) });
  }
}

/** A row-major array with its axes in another order. */
export function transposed<A extends Float32Array | Int32Array>(data: A, shape: readonly number[], order: Order): A {
  const rank = shape.length;
  const strides = Array<number>(rank).fill(1);
  for (let i = rank - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  const outShape = order.map((axis) => shape[axis] ?? 1);
  const outStrides = order.map((axis) => strides[axis] ?? 1);
  const out = data.slice() as A;
  const index = Array<number>(rank).fill(0);
  let source = 0;
  for (let k = 0; k < out.length; k++) {
    out[k] = data[source] ?? 0;
    for (let i = rank - 1; i >= 0; i--) {
      const stride = outStrides[i] ?? 1;
      const length = outShape[i] ?? 1;
      source += stride;
      index[i] = (index[i] ?? 0) + 1;
      if ((index[i] ?? 0) < length) break;
      source -= stride * length;
      index[i] = 0;
    }
  }
  return out;
}
