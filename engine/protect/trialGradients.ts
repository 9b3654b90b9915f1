import { Random } from '../random/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { evaluateNoise, photoNoiseSettings, type NoiseGradient, type NoiseProblem } from '../sem/index.ts';
import type { Generator } from './generator.ts';
import { compileNoiseGradient } from './noiseGradient.ts';
import { NoiseOptimizer } from './photoNoise.ts';
import { comparableSettings, photoProblem } from './photoProblem.ts';
import { trialPicture } from './trialPicture.ts';

/** The seed: of 24 one of the three whose median rounding moved least, by a hundredth of what is allowed. */
const SETTINGS = { rhoU: 8, targetClass: 0, seed: 10 };

/**
 * The gradients that a runtime is tried by: a photo's, as it is computed at work, and those of as many more problems as
 * a photo has views, which see one view each. They go together in one call, so that all of them cost two of a photo's.
 * The fewer views a problem has, the seldomer it has a rectifier that right runtimes disagree on.
 */
export class TrialGradients {
  readonly #generator: Generator;
  readonly #optimizer: NoiseOptimizer;
  readonly #single: NoiseGradient;
  readonly #picture = trialPicture(SETTINGS.seed);

  private constructor(generator: Generator, optimizer: NoiseOptimizer, single: NoiseGradient) {
    this.#generator = generator;
    this.#optimizer = optimizer;
    this.#single = single;
  }

  static async open(generator: Generator, runtime: Pick<Runtime, 'compile'>): Promise<TrialGradients> {
    const pictures = photoNoiseSettings(SETTINGS.rhoU).views;
    const single = await compileNoiseGradient(generator, runtime, { pictures, views: 1 });
    return new TrialGradients(generator, await NoiseOptimizer.open(generator, runtime), single);
  }

  /** The photo's gradient: what is timed, too. */
  photo(): Promise<Float32Array> {
    return this.#optimizer.firstGradient(this.#picture, SETTINGS);
  }

  /** Those of the other problems, each of another picture, noise, class and view; an even number. */
  async others(): Promise<Float32Array[]> {
    const { pictures } = this.#single.batch;
    const problem = this.#problems(pictures);
    const settings = comparableSettings(SETTINGS.rhoU);
    const { gradient } = await evaluateNoise(this.#single, problem, settings, new Random(SETTINGS.seed));
    const length = gradient.length / pictures;
    return Array.from({ length: pictures }, (_, i) => gradient.slice(i * length, (i + 1) * length));
  }

  #problems(count: number): NoiseProblem {
    const each = Array.from({ length: count }, (_, i) => {
      const targetClass = (i + 1) % this.#generator.network.classes;
      return photoProblem(this.#generator, trialPicture(SETTINGS.seed + 1 + i), { ...SETTINGS, targetClass });
    });
    return {
      x: joined(each.map(({ x }) => x)),
      delta: joined(each.map(({ delta }) => delta)),
      sizes: each.flatMap(({ sizes }) => sizes),
      labels: each.flatMap(({ labels }) => labels),
    };
  }
}

/** Arrays of one length, one after the other. */
function joined(arrays: readonly Float32Array[]): Float32Array {
  const length = arrays[0]?.length ?? 0;
  const all = new Float32Array(arrays.length * length);
  arrays.forEach((array, i) => {
    all.set(array, i * length);
  });
  return all;
}
