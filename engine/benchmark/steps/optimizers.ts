import type { NoiseCanvas } from '../../photo/index.ts';
import type { Generator } from '../../protect/index.ts';
import { compileNoiseGradient } from '../../protect/noiseGradient.ts';
import { photoProblem } from '../../protect/photoProblem.ts';
import { quantized } from '../../protect/storedNoise.ts';
import { Random } from '../../random/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { photoNoiseSettings, stableNoise, type NoiseGradient } from '../../sem/index.ts';
import type { StepProblem } from './problems.ts';
import { isFlat } from './stopRule.ts';
import type { StepVariant } from './variants.ts';

/** A variant's noise and how many steps it took. */
export interface MadeNoise {
  noise: NoiseCanvas;
  steps: number;
}

/** The noise gradient, compiled for every number of views that the variants need. */
export class VariantOptimizer {
  readonly #generator: Generator;
  readonly #gradients: ReadonlyMap<number, NoiseGradient>;

  private constructor(generator: Generator, gradients: ReadonlyMap<number, NoiseGradient>) {
    this.#generator = generator;
    this.#gradients = gradients;
  }

  /** @param views every J that will be asked for */
  static async open(generator: Generator, runtime: Runtime, views: Iterable<number>): Promise<VariantOptimizer> {
    const gradients = new Map<number, NoiseGradient>();
    for (const count of new Set(views)) {
      gradients.set(count, await compileNoiseGradient(generator, runtime, { pictures: 1, views: count }));
    }
    return new VariantOptimizer(generator, gradients);
  }

  /**
   * A photo's noise as `NoiseOptimizer.optimize` makes it, but by a variant's settings and without its figures.
   * @param rhoU ρ_u in units of 1/255
   */
  async optimize(variant: StepVariant, { canvas, targetClass, seed }: StepProblem, rhoU: number): Promise<MadeNoise> {
    const { steps, views, alpha, momentum, start, stop } = variant;
    const gradient = this.#gradients.get(views);
    if (!gradient) throw new Error(`no gradient was compiled for ${views} views`);
    const problem = photoProblem(this.#generator, canvas, { rhoU, targetClass, seed });
    const random = new Random(seed);
    if (start !== 'class filter') startAnew(problem, start === 'random' ? rhoU / 255 : 0, random);
    const losses: number[] = [];
    const settings = { ...photoNoiseSettings(rhoU), steps, views, alphaU: alpha * rhoU, momentum };
    await stableNoise(gradient, problem, settings, random, {
      onStep: (_, [loss = NaN]) => {
        losses.push(loss);
        return stop === null || !isFlat(losses, stop);
      },
    });
    return { noise: quantized(problem.delta, gradient.batch.geometry.frame, canvas, rhoU), steps: losses.length };
  }
}

/** Replaces the class filter's start: δᵘ is uniform within the share of `radius` that each sample may use. */
function startAnew(
  { delta, budget }: { delta: Float32Array; budget: Float32Array },
  radius: number,
  random: Random,
): void {
  const draws = random.uniform(delta.length, radius);
  for (let i = 0; i < delta.length; i++) delta[i] = (budget[i] ?? 1) * (draws[i] ?? 0);
}
