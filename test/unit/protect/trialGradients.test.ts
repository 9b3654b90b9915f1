import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreementOf, isRight, type Agreement } from '../../../engine/auto/index.ts';
import { loadGenerator, type Generator } from '../../../engine/protect/index.ts';
import { TrialGradients } from '../../../engine/protect/trialGradients.ts';
import { Random } from '../../../engine/random/index.ts';
import { openOnnxRuntime, type CompiledFunction, type Runtime } from '../../../engine/runtime/index.ts';

let generator: Generator;
let runtime: Runtime;
let right: Float32Array[];
beforeAll(async () => {
  generator = await loadGenerator(resolve('assets/generator'));
  runtime = openOnnxRuntime({ threads: 1 });
  right = await gradientsOf(runtime);
});
afterAll(() => runtime.close());

async function gradientsOf(by: Pick<Runtime, 'compile'>): Promise<Float32Array[]> {
  const gradients = await TrialGradients.open(generator, by);
  return [await gradients.photo(), ...(await gradients.others())];
}

/** The processor, but every sample of a picture that is not beside it goes through `round` first. */
const rounding = (round: (sample: number) => number): Pick<Runtime, 'compile'> => ({
  compile: async (fn, inputs): Promise<CompiledFunction> => {
    const compiled = await runtime.compile(fn, inputs);
    return {
      run: ({ x = new Float32Array(), ...others }) =>
        compiled.run({ ...others, x: x.map((sample) => (sample === 0 ? 0 : round(sample))) }),
      dispose: () => compiled.dispose(),
    };
  },
});

/** How far the processor's gradients are from themselves once some have been changed. */
const changed = (how: (gradient: Float32Array, problem: number) => Float32Array): Agreement =>
  agreementOf(right.map(how), right);

describe("the trial's gradients", () => {
  it('are an odd number of photo gradients, no two of them the same', () => {
    expect(right).toHaveLength(7);
    for (const gradient of right) {
      expect(gradient).toHaveLength(3 * 128 * 128);
      expect(gradient.every(Number.isFinite)).toBe(true);
      expect(gradient.some((value) => value !== 0)).toBe(true);
    }
    expect(new Set(right.map((gradient) => gradient.reduce((sum, value) => sum + value, 0))).size).toBe(7);
  });

  it('are the same when they are computed again', async () => {
    expect(agreementOf(await gradientsOf(runtime), right)).toEqual({ median: 0, largest: 0 });
  });

  it('are right under the rounding of single precision, whichever rectifiers it turns', async () => {
    const random = new Random(1);
    for (let draw = 0; draw < 4; draw++) {
      const agreement = agreementOf(await gradientsOf(rounding((x) => x + random.between(-1, 1) * 1e-7)), right);
      expect(agreement.largest).toBeGreaterThan(0);
      expect(isRight(agreement), JSON.stringify(agreement)).toBe(true);
    }
  });

  it('are wrong under the rounding of half precision', async () => {
    expect(isRight(agreementOf(await gradientsOf(rounding((x) => Math.round(x * 2048) / 2048)), right))).toBe(false);
  });

  it('are right where one or two problems are off by what a rectifier does', () => {
    const turned = (count: number): Agreement =>
      changed((gradient, problem) => (problem < count ? gradient.map((value) => 1.005 * value) : gradient));
    expect(isRight(turned(1))).toBe(true);
    expect(isRight(turned(3))).toBe(true);
    expect(isRight(turned(4))).toBe(false);
  });

  it.each<[string, (gradient: Float32Array, problem: number) => Float32Array]>([
    ['two percent off everywhere', (gradient) => gradient.map((value) => 1.02 * value)],
    ['doubled', (gradient) => gradient.map((value) => 2 * value)],
    ['nothing', (gradient) => gradient.map(() => 0)],
    ['of the wrong sign in a part', (gradient) => gradient.map((value, i) => (i % 97 === 0 ? -value : value))],
    ['shifted by a pixel', (gradient) => gradient.map((_, i) => gradient[i + 1] ?? 0)],
    ['no number in one problem', (g, problem) => (problem === 4 ? g.with(77, NaN) : g)],
    ['infinite in one problem', (g, problem) => (problem === 6 ? g.with(77, Infinity) : g)],
    ['nothing in one problem', (g, problem) => (problem === 2 ? g.map(() => 0) : g)],
    ['of the wrong sign in one problem', (g, problem) => (problem === 3 ? g.map((value) => -value) : g)],
  ])('are wrong where they are %s', (_, how) => {
    expect(isRight(changed(how))).toBe(false);
  });
});
