import { meanOf } from '../../evaluate/statistics.ts';
import type { NoiseCanvas } from '../../photo/index.ts';
import type { Generator } from '../../protect/index.ts';
import { photoGeometry } from '../../protect/noiseGradient.ts';
import { photoProblem } from '../../protect/photoProblem.ts';
import { dequantized } from '../../protect/storedNoise.ts';
import { Random } from '../../random/index.ts';
import type { CompiledFunction, Runtime } from '../../runtime/index.ts';
import { oneHot, readingObjective, type Batch } from '../../sem/index.ts';
import { sampleViews, UPLOAD_VIEWS } from '../../views/index.ts';
import type { StepProblem } from './problems.ts';

/** How well the generator reads stored noise. */
export interface Strength {
  /** Mean cross-entropy to the target class in nats: less is stronger. */
  loss: number;
  /** Share of the views that are read as the target class, 0 to 1. */
  accuracy: number;
}

/** Views in one call. */
const AT_ONCE = 12;

/** Seeds of optimizations are small numbers; those of fresh views begin here. */
const FRESH_SEEDS = 0x5eed_0000;

/** Reads stored noise in upload views that no optimization has seen, the same ones for every noise of a problem. */
export class StrengthMeter {
  readonly #generator: Generator;
  readonly #compiled: CompiledFunction;
  readonly #batch: Batch;

  private constructor(generator: Generator, compiled: CompiledFunction, batch: Batch) {
    this.#generator = generator;
    this.#compiled = compiled;
    this.#batch = batch;
  }

  static async open(generator: Generator, runtime: Runtime): Promise<StrengthMeter> {
    const { network, weights } = generator;
    const batch = { pictures: 1, views: AT_ONCE, geometry: photoGeometry(network) };
    const { fn, inputs } = readingObjective(network, batch, weights);
    return new StrengthMeter(generator, await runtime.compile(fn, inputs), batch);
  }

  /** @param views how many; rounded up to whole calls of 12 */
  async read(noise: NoiseCanvas, { canvas, targetClass, seed }: StepProblem, views: number): Promise<Strength> {
    const { views: count, geometry } = this.#batch;
    const { x } = photoProblem(this.#generator, canvas, { rhoU: noise.rhoU, targetClass, seed });
    const delta = dequantized(noise, geometry.frame);
    const labels = new Array<number>(count).fill(targetClass);
    const target = oneHot(labels, this.#generator.network.classes);
    const sizes = labels.map(() => canvas);
    const random = new Random(FRESH_SEEDS + seed);
    const losses: number[] = [];
    const hits: number[] = [];
    while (losses.length < views) {
      const seen = sampleViews(random, UPLOAD_VIEWS, geometry, sizes);
      const { loss, correct } = await this.#compiled.run({ x, delta, target, ...seen });
      if (!loss || !correct) throw new Error('the reading objective did not answer');
      losses.push(...loss);
      hits.push(...correct);
    }
    return { loss: meanOf(losses), accuracy: meanOf(hits) };
  }
}
