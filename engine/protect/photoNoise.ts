import type { Canvas } from '../photo/index.ts';
import { Random } from '../random/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { evaluateNoise, photoNoiseSettings, stableNoise, type NoiseGradient } from '../sem/index.ts';
import type { Generator } from './generator.ts';
import { compileNoiseGradient } from './noiseGradient.ts';
import { comparableSettings, photoProblem } from './photoProblem.ts';
import { dequantized, quantized } from './storedNoise.ts';
import type { Protection, ProtectionSettings } from './types.ts';

/** Changed whenever equal settings no longer give equal noise. */
export const NOISE_VERSION = 5;

/** The noise of one photo, before its file and figures. */
export type ComputedNoise = Pick<Protection, 'noise' | 'method' | 'loss' | 'budget'>;

/** Compiles the noise gradient of one photo once and optimizes photo after photo with it. */
export class NoiseOptimizer {
  readonly #gradient: NoiseGradient;
  readonly #generator: Generator;

  private constructor(generator: Generator, gradient: NoiseGradient) {
    this.#generator = generator;
    this.#gradient = gradient;
  }

  static async open(generator: Generator, runtime: Pick<Runtime, 'compile'>): Promise<NoiseOptimizer> {
    const { views } = photoNoiseSettings(1);
    return new NoiseOptimizer(generator, await compileNoiseGradient(generator, runtime, { pictures: 1, views }));
  }

  /**
   * The defensive noise of a photo, from its class's filter by the stable noise update; quantized to 1/127 of ρ_u,
   * so that what is stored is what is rendered.
   * @param onStep told after each step; throws to stop
   */
  async optimize(
    canvas: Canvas,
    settings: ProtectionSettings,
    onStep: (step: number, steps: number) => void,
  ): Promise<ComputedNoise> {
    const method = photoNoiseSettings(settings.rhoU);
    const random = new Random(settings.seed);
    const { frame } = this.#gradient.batch.geometry;
    const problem = photoProblem(this.#generator, canvas, settings);
    await stableNoise(this.#gradient, problem, method, random, {
      onStep: (step) => {
        onStep(step, method.steps);
        return true;
      },
    });
    const noise = quantized(problem.delta, frame, canvas, settings.rhoU);
    const lossOf = async (delta: Float32Array): Promise<number> => {
      const { loss } = await evaluateNoise(
        this.#gradient,
        { ...problem, delta },
        method,
        new Random(settings.seed + 1),
      );
      return loss[0] ?? NaN;
    };
    return {
      noise,
      method: {
        steps: method.steps,
        views: method.views,
        alphaU: method.alphaU,
        rhoR: method.rhoR,
        momentum: method.momentum ?? 0,
        noiseVersion: NOISE_VERSION,
      },
      budget: meanWithin(problem.budget, frame, canvas),
      loss: {
        before: await lossOf(new Float32Array(3 * frame * frame)),
        after: await lossOf(dequantized(noise, frame)),
      },
    };
  }

  /**
   * The gradient [1, 3, frame, frame] of the first step that {@link optimize} would take, but for its views: see
   * {@link comparableSettings}.
   */
  async firstGradient(canvas: Canvas, settings: ProtectionSettings): Promise<Float32Array> {
    const problem = photoProblem(this.#generator, canvas, settings);
    const random = new Random(settings.seed);
    return (await evaluateNoise(this.#gradient, problem, comparableSettings(settings.rhoU), random)).gradient;
  }

  dispose(): Promise<void> {
    return this.#gradient.compiled.dispose();
  }
}

/** The mean of [frame, frame] over the canvas in its upper left. */
function meanWithin(plane: Float32Array, frame: number, { width, height }: Canvas): number {
  let sum = 0;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sum += plane[y * frame + x] ?? 0;
  return sum / (width * height);
}
