import { PAPER_VIEWS, UPLOAD_VIEWS, type ViewDistribution } from '../views/index.ts';

/** Hyper-parameters of the stable noise update (Algorithm 1, lines 3 to 9). Radii and steps are in units of 1/255. */
export interface NoiseSettings {
  /** ρ_u: radius of the defensive noise. */
  rhoU: number;
  /** α_u: size of one sign step. */
  alphaU: number;
  /** K_u: steps. */
  steps: number;
  /** J: views averaged in each step. */
  views: number;
  /** ρ_r: radius of the random perturbation δʳ. */
  rhoR: number;
  distribution: ViewDistribution;
}

/** Hyper-parameters of the adversarial perturbation (line 11), in units of 1/255. */
export interface AttackSettings {
  /** ρ_a. */
  rhoA: number;
  /** α_a. */
  alphaA: number;
  /** K_a. */
  steps: number;
}

/** Settings of the paper for CIFAR-10 (section Experiments and the official configuration). */
export const PAPER_CIFAR10 = {
  noise: { rhoU: 8, alphaU: 1.6, steps: 10, views: 5, rhoR: 4, distribution: PAPER_VIEWS } satisfies NoiseSettings,
  attack: { rhoA: 4, alphaA: 0.8, steps: 10 } satisfies AttackSettings,
  training: {
    steps: 5000,
    batch: 128,
    learningRate: 0.1,
    decayEvery: 2000,
    decay: 0.1,
    momentum: 0.9,
    weightDecay: 5e-4,
  },
} as const;

/**
 * How a photo of a user's is protected: few steps from the class's filter, views as uploads are treated.
 * @param rhoU strength, in units of 1/255
 */
export function photoNoiseSettings(rhoU: number): NoiseSettings {
  return { rhoU, alphaU: rhoU / 5, steps: 16, views: 6, rhoR: 4, distribution: UPLOAD_VIEWS };
}
