import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor's place in a function's signature: float32, row-major. */
export interface TensorSpec {
  name: string;
  shape: readonly number[];
}

/** Named arrays, each as long as the product of its shape. */
export type Arrays = Record<string, Float32Array>;

/**
 * A pure function of tensors, written with TensorFlow.js operations. It may close over constant tensors (frozen
 * weights); it must not read data (`dataSync`) and must not draw random numbers.
 */
export type TensorFunction = (inputs: Record<string, Tensor>) => Record<string, Tensor>;

/** A function made ready for one set of shapes. */
export interface CompiledFunction {
  /** Runs it; the arrays stay the caller's. @throws UserError 'runtime' when the device fails */
  run(inputs: Arrays): Promise<Arrays>;
  dispose(): Promise<void>;
}

/** Where the mathematics is run. Every loss is written once; this hides how its values come about. */
export interface Runtime {
  /** For example `onnx/cpu` or `tfjs-cpu`. */
  readonly name: string;
  /** Makes `fn` ready to be called many times with these shapes. */
  compile(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<CompiledFunction>;
  close(): Promise<void>;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Throws when an input is missing or has the wrong length: a wrong feed must not become a wrong noise. */
export function checkInputs(specs: readonly TensorSpec[], inputs: Arrays): void {
  for (const { name, shape } of specs) {
    const given = inputs[name];
    if (!given) throw new Error(`input "${name}" is missing`);
    if (given.length !== sizeOf(shape)) {
      throw new Error(`input "${name}" has ${given.length} values, [${shape.join(', ')}] needs ${sizeOf(shape)}`);
    }
  }
}
