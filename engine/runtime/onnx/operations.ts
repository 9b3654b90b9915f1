import type { TensorFunction, TensorSpec } from '../runtime.ts';
import { sizeOf } from '../runtime.ts';
import type { Value } from './ir.ts';
import { trace } from './trace.ts';

/** Multiply-adds of a function, by what does them. */
export interface MultiplyAdds {
  convolutions: number;
  products: number;
}

/**
 * How many multiply-adds a function's convolutions (their gradients included) and matrix products take, by definition:
 * one for each element of a kernel that meets a sample, zeros of the padding too; whatever algorithm computes them.
 */
export function multiplyAddsOf(fn: TensorFunction, inputs: readonly TensorSpec[]): MultiplyAdds {
  const sum: MultiplyAdds = { convolutions: 0, products: 0 };
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    value.inputs.forEach(visit);
    if (value.op === 'MatMul') sum.products += productOf(value);
    else if (value.op.startsWith('Conv')) sum.convolutions += convolutionOf(value);
  };
  // Only what an output needs is run.
  Object.values(trace(fn, inputs).outputs).forEach(visit);
  return sum;
}

function productOf({ shape, inputs, attributes }: Value): number {
  const inner = inputs[0]?.shape.at(attributes['transposeA'] === true ? -2 : -1) ?? NaN;
  return sizeOf(shape) * inner;
}

/** Samples are NHWC, kernels HWIO. Each of the three has as many as the convolution itself. */
function convolutionOf({ op, shape, inputs: [first, second] }: Value): number {
  if (!first || !second) throw new Error(`${op} has two inputs`);
  const perOutput = (kernel: readonly number[]): number => sizeOf(kernel.slice(0, 3));
  switch (op) {
    case 'Conv':
      return sizeOf(shape) * perOutput(second.shape);
    case 'ConvInputGradient':
      return sizeOf(first.shape) * perOutput(second.shape);
    case 'ConvFilterGradient':
      return sizeOf(second.shape) * perOutput(shape);
    default:
      throw new Error(`the multiply-adds of ${op} are not known`);
  }
}
