import type { Random } from '../random/index.ts';
import type { CompiledFunction, Runtime } from '../runtime/index.ts';
import type { NetworkConfig } from '../network/index.ts';
import { sampleViews, type ViewGeometry, type ViewParameters } from '../views/index.ts';
import { attackObjective, noiseObjective, viewObjective, type Batch, type Objective } from './objectives.ts';
import { Momentum } from './momentum.ts';
import { pgd } from './pgd.ts';
import type { AttackSettings, NoiseSettings } from './settings.ts';

/** M pictures in frames of one size, with the noise to start from. */
export interface NoiseProblem {
  /** x: [M, 3, frame, frame] in [0, 1]; a picture lies in the upper left of its frame. */
  x: Float32Array;
  /** δᵘ to start from: [M, 3, frame, frame] in [0, 1] units (ρ_u / 255 at most); it is changed in place. */
  delta: Float32Array;
  /** Share of ρ_u that each sample may use: [M, 3, frame, frame] in [0, 1]; all of it when missing (the paper). */
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
  /** Needed where the settings name an adversary. */
  adversary?: CompiledAdversary;
}

/** What looks for the worst perturbation of the J · M views, compiled for a batch. */
export interface CompiledAdversary {
  view: CompiledFunction;
  attack: CompiledFunction;
}

/** A {@link NoiseGradient} that frees what it holds. */
export interface CompiledNoise extends NoiseGradient {
  dispose(): Promise<void>;
}

/** The gradient of line 7 with the weights as feeds, and the adversary where the settings name one. */
export async function compileNoise(
  runtime: Runtime,
  network: NetworkConfig,
  batch: Batch,
  settings: Pick<NoiseSettings, 'adversary'>,
): Promise<CompiledNoise> {
  const compile = ({ fn, inputs }: Objective): Promise<CompiledFunction> => runtime.compile(fn, inputs);
  const compiled = await compile(noiseObjective(network, batch));
  const adversary = settings.adversary && {
    view: await compile(viewObjective(batch)),
    attack: await compile(attackObjective(network, batch.pictures * batch.views)),
  };
  const all = adversary ? [compiled, adversary.view, adversary.attack] : [compiled];
  return {
    compiled,
    batch,
    classes: network.classes,
    ...(adversary ? { adversary } : {}),
    dispose: async () => {
      await Promise.all(all.map((each) => each.dispose()));
    },
  };
}

/** Called after each step with the mean loss of each picture; answers whether to go on. */
export type OnNoiseStep = (step: number, loss: Float32Array) => boolean | undefined;

/**
 * The stable noise update, Algorithm 1, lines 3 to 9, with equation 10's random perturbation: K steps of
 * δᵘ ← Π_{‖δ‖∞ ≤ ρ_u}(δᵘ − α_u · sign(g_k)), where g_k is the gradient averaged over J views t_j(x + δᵘ) + δʳ_j.
 * The valid pixel range is kept inside the objective, which clips x + δᵘ to [0, 1].
 * With a budget the radius and the step of each sample are that share of ρ_u and α_u. With a momentum μ the sign is that
 * of m_k = μ · m_{k−1} + g_k / mean|g_k| (MI-FGSM, Dong et al., CVPR 2018, equation 6), which averages over the views of
 * several steps.
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
  const momentum = settings.momentum ? new Momentum(settings.momentum, gradient.batch.pictures) : null;
  for (let k = 1; k <= settings.steps; k++) {
    // Lines 4 to 7, the J views in one call.
    const { loss, gradient: g } = await evaluateNoise(gradient, problem, settings, random, options.weights);
    const direction = momentum?.follow(g) ?? g;
    // Line 8.
    const { delta } = problem;
    for (let i = 0; i < delta.length; i++) {
      // Steps shrink with the radius, so that every sample needs as many to cross it.
      const share = budget?.[i] ?? 1;
      const moved = (delta[i] ?? 0) - share * alpha * Math.sign(direction[i] ?? 0);
      delta[i] = Math.min(share * radius, Math.max(-share * radius, moved));
    }
    if (options.onStep?.(k, loss) === false) return;
  }
}

/**
 * Loss [M] and gradient [M, 3, frame, frame] over fresh views and fresh δʳ ~ U(−ρ_r, ρ_r), or the adversary's worst
 * perturbation of each view, which the gradient takes as constant (REM, equation 6 of the SEM paper).
 */
export async function evaluateNoise(
  gradient: NoiseGradient,
  problem: NoiseProblem,
  settings: Pick<NoiseSettings, 'rhoR' | 'distribution' | 'adversary'>,
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
  const looked: Looked = {
    x: problem.x,
    delta: problem.delta,
    ...sampleViews(random, settings.distribution, geometry, sizes),
  };
  const perturbation = settings.adversary
    ? await worstPerturbation(gradient.adversary, looked, target, weights, settings.adversary, random)
    : random.uniform(count * 3 * geometry.size ** 2, settings.rhoR / 255);
  const outputs = await gradient.compiled.run({ ...looked, random: perturbation, target, ...weights });
  const { loss, gradient: g } = outputs;
  if (!loss || !g) throw new Error('the noise objective did not answer loss and gradient');
  return { loss, gradient: g };
}

type Looked = ViewParameters & { x: Float32Array; delta: Float32Array };

/** δᵃ of each view: [J·M, 3, size, size], up to ρ_a. */
async function worstPerturbation(
  adversary: CompiledAdversary | undefined,
  looked: Looked,
  target: Float32Array,
  weights: Record<string, Float32Array>,
  settings: AttackSettings,
  random: Random,
): Promise<Float32Array> {
  if (!adversary) throw new Error('the settings name an adversary, but none was compiled');
  const { seen } = await adversary.view.run({ ...looked });
  if (!seen) throw new Error('the view objective did not answer');
  const attacked = await pgd(adversary.attack, seen, target, weights, settings, random);
  return attacked.map((sample, i) => sample - (seen[i] ?? 0));
}

const whole = ({ frame }: ViewGeometry): { width: number; height: number } => ({ width: frame, height: frame });

/** Labels as one-hot rows [N, classes]. */
export function oneHot(labels: readonly number[], classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (rows[i * classes + label] = 1));
  return rows;
}
