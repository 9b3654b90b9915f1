import type { Random } from '../random/index.ts';
import type { CompiledFunction } from '../runtime/index.ts';
import { sampleViews, type ViewGeometry } from '../views/index.ts';
import type { Batch } from './objectives.ts';
import type { NoiseSettings } from './settings.ts';

/** M pictures in frames of one size, with the noise to start from. */
export interface NoiseProblem {
  /** x: [M, 3, frame, frame] in [0, 1]; a picture lies in the upper left of its frame. */
  x: Float32Array;
  /** δᵘ to start from: [M, 1, frame, frame] in [0, 1] units (ρ_u / 255 at most); it is changed in place. */
  delta: Float32Array;
  /** Share of ρ_u that each sample may use: [M, 1, frame, frame] in [0, 1]; all of it when missing (the paper). */
  budget?: Float32Array;
  /** Sizes of the pictures in their frames. */
  sizes: readonly { width: number; height: number }[];
  /** y: the class of each picture. */
  labels: readonly number[];
}

/** The gradient of line 7, compiled for a batch. */
export interface NoiseGradient {
  compiled: CompiledFunction;
  batch: Batch;
  classes: number;
}

/** Called after each step with the mean loss of each picture; answers whether to go on. */
export type OnNoiseStep = (step: number, loss: Float32Array) => boolean | undefined;

/**
 * The stable noise update, Algorithm 1, lines 3 to 9, with equation 10's random perturbation: K steps of
 * δᵘ ← Π_{‖δ‖∞ ≤ ρ_u}(δᵘ − α_u · sign(g_k)), where g_k is the gradient averaged over J views t_j(x + δᵘ) + δʳ_j.
 * The valid pixel range is kept inside the objective, which clips x + δᵘ to [0, 1].
 * With a budget the radius and the step of each sample are that share of ρ_u and α_u.
 * @param weights feeds for the weights when they are inputs of the gradient; nothing when they are baked in
 */
export async function stableNoise(
  gradient: NoiseGradient,
  problem: NoiseProblem,
  settings: NoiseSettings,
  random: Random,
  options: { weights?: Record<string, Float32Array>; onStep?: OnNoiseStep } = {},
): Promise<void> {
  const radius = settings.rhoU / 255;
  const alpha = settings.alphaU / 255;
  const { budget } = problem;
  for (let k = 1; k <= settings.steps; k++) {
    // Lines 4 to 7, the J views in one call.
    const { loss, gradient: g } = await evaluateNoise(gradient, problem, settings, random, options.weights);
    // Line 8.
    const { delta } = problem;
    for (let i = 0; i < delta.length; i++) {
      // Steps shrink with the radius, so that every sample needs as many to cross it.
      const share = budget?.[i] ?? 1;
      const moved = (delta[i] ?? 0) - share * alpha * Math.sign(g[i] ?? 0);
      delta[i] = Math.min(share * radius, Math.max(-share * radius, moved));
    }
    if (options.onStep?.(k, loss) === false) return;
  }
}

/** Loss [M] and gradient [M, 1, frame, frame] over fresh views and fresh δʳ ~ U(−ρ_r, ρ_r). */
export async function evaluateNoise(
  gradient: NoiseGradient,
  problem: NoiseProblem,
  settings: Pick<NoiseSettings, 'rhoR' | 'distribution'>,
  random: Random,
  weights: Record<string, Float32Array> = {},
): Promise<{ loss: Float32Array; gradient: Float32Array }> {
  const { pictures, views, geometry } = gradient.batch;
  const count = pictures * views;
  // View j of picture m has index j·M + m.
  const sizes = Array.from({ length: count }, (_, n) => problem.sizes[n % pictures] ?? whole(geometry));
  const target = oneHot(
    Array.from({ length: count }, (_, n) => problem.labels[n % pictures] ?? 0),
    gradient.classes,
  );
  const outputs = await gradient.compiled.run({
    x: problem.x,
    delta: problem.delta,
    ...sampleViews(random, settings.distribution, geometry, sizes),
    random: random.uniform(count * 3 * geometry.size ** 2, settings.rhoR / 255),
    target,
    ...weights,
  });
  const { loss, gradient: g } = outputs;
  if (!loss || !g) throw new Error('the noise objective did not answer loss and gradient');
  return { loss, gradient: g };
}

const whole = ({ frame }: ViewGeometry): { width: number; height: number } => ({ width: frame, height: frame });

/** Labels as one-hot rows [N, classes]. */
export function oneHot(labels: readonly number[], classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (rows[i * classes + label] = 1));
  return rows;
}
