/** The recorded computation: a graph of values, each the result of one operation. */
export type DType = 'float32' | 'int32' | 'bool';

/** Attributes of an operation, by its own rules. */
export type Attributes = Record<string, number | boolean | string | readonly number[] | readonly (readonly number[])[]>;

export interface Value {
  readonly id: number;
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Only of `Constant`: all its elements, or one number that they all are. */
  readonly data?: Float32Array | Int32Array;
  readonly splat?: number;
}

/** Records values; equal operations on equal inputs become one value (common subexpressions are computed once). */
export class Graph {
  readonly values: Value[] = [];
  readonly inputs: Value[] = [];
  readonly #known = new Map<string, Value>();
  /** Constants of many elements, by their shape. */
  readonly #constants = new Map<string, Value[]>();

  add(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    shape: readonly number[],
    dtype: DType = 'float32',
  ): Value {
    const key = `${op}|${inputs.map((v) => v.id).join()}|${JSON.stringify(attributes)}|${shape.join()}|${dtype}`;
    const known = this.#known.get(key);
    if (known) return known;
    const value = this.#push({ op, inputs, attributes, shape, dtype });
    this.#known.set(key, value);
    return value;
  }

  input(name: string, shape: readonly number[]): Value {
    const value = this.#push({ op: 'Input', inputs: [], attributes: { name }, shape, dtype: 'float32' });
    this.inputs.push(value);
    return value;
  }

  constant(data: ArrayLike<number>, shape: readonly number[], dtype: DType): Value {
    const first = data[0];
    let uniform = first !== undefined;
    for (let i = 1; uniform && i < data.length; i++) uniform = data[i] === first;
    if (uniform && first !== undefined) return this.splat(first, shape, dtype);
    const copy = dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data);
    // A loss is recorded once for its value and once for its gradient: only with one constant for both are they one.
    const key = `${shape.join()}|${dtype}`;
    const alike = this.#constants.get(key) ?? [];
    const known = alike.find((constant) => sameElements(constant.data, copy));
    if (known) return known;
    const value = this.#push({ op: 'Constant', inputs: [], attributes: {}, shape, dtype, data: copy });
    this.#constants.set(key, [...alike, value]);
    return value;
  }

  /** A constant whose elements are all one number; kept as that number so that huge `ones` cost nothing. */
  splat(number: number, shape: readonly number[], dtype: DType = 'float32'): Value {
    const key = `splat|${number}|${shape.join()}|${dtype}`;
    const known = this.#known.get(key);
    if (known) return known;
    const value = this.#push({ op: 'Constant', inputs: [], attributes: {}, shape, dtype, splat: number });
    this.#known.set(key, value);
    return value;
  }

  #push(value: Omit<Value, 'id'>): Value {
    const whole = { ...value, id: this.values.length };
    this.values.push(whole);
    return whole;
  }
}

const sameElements = (a: ArrayLike<number> | undefined, b: ArrayLike<number>): boolean => {
  if (a?.length !== b.length) return false;
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
};

export const isSplat = (value: Value, number?: number): boolean =>
  value.splat !== undefined && (number === undefined || value.splat === number);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);
