import { NoiseOptimizer, type Generator } from '../protect/index.ts';
import { sizeOf, type Arrays, type Runtime, type TensorFunction, type TensorSpec } from '../runtime/index.ts';
import type { Canvas } from '../photo/index.ts';

/** The noise gradient that protects photos, as it is compiled, with the feeds of one photo's first step. */
export interface PhotoNoise {
  fn: TensorFunction;
  inputs: readonly TensorSpec[];
  feeds: Arrays;
  /** J. */
  views: number;
}

/**
 * What `NoiseOptimizer` compiles and feeds, taken from it by a runtime that only writes down: so the benchmark measures
 * the shipped computation, whatever becomes of it.
 */
export async function photoNoiseOf(generator: Generator, canvas: Canvas): Promise<PhotoNoise> {
  const taken: Partial<PhotoNoise> = {};
  const recorder: Pick<Runtime, 'compile'> = {
    compile: (fn, inputs) => {
      taken.fn = fn;
      taken.inputs = inputs;
      return Promise.resolve({
        run: (feeds) => {
          taken.feeds = Object.fromEntries(Object.entries(feeds).map(([name, data]) => [name, data.slice()]));
          return Promise.resolve({
            loss: new Float32Array(1),
            gradient: new Float32Array(feeds['delta']?.length ?? 0),
          });
        },
        dispose: () => Promise.resolve(),
      });
    },
  };
  const optimizer = await NoiseOptimizer.open(generator, recorder);
  await optimizer.firstGradient(canvas, { rhoU: 8, targetClass: 0, seed: 1 });
  const { fn, inputs, feeds } = taken;
  if (!fn || !inputs || !feeds) throw new Error('the optimizer did not compile and run a gradient');
  const countOf = (name: string): number => inputs.find((spec) => spec.name === name)?.shape[0] ?? NaN;
  return { fn, inputs, feeds, views: countOf('rows') / countOf('x') };
}

/** The feeds with their shapes, as a file of weights can hold them. */
export function feedsAsWeights({
  inputs,
  feeds,
}: PhotoNoise): Record<string, { shape: readonly number[]; data: Float32Array }> {
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const data = feeds[name];
      if (data?.length !== sizeOf(shape)) throw new Error(`the feed "${name}" is not as long as its shape`);
      return [name, { shape, data }];
    }),
  );
}
