import { PADDED_VIEWS, PAPER_VIEWS, UPLOAD_VIEWS, type ViewDistribution } from '../views/index.ts';

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
  /** Steps follow this share of the last ones' gradients, 0 to below 1: see `stableNoise`; none when missing (the paper). */
  momentum?: number;
  /** REM (Fu et al. 2022) has the worst perturbation of each view, found by PGD, in place of the random δʳ. */
  adversary?: AttackSettings;
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

/** How the generator descends (line 12): SGD as PyTorch's, the learning rate falling in steps. */
export interface DescentSettings {
  /** M. */
  steps: number;
  batch: number;
  learningRate: number;
  /** Every `every` steps the learning rate is multiplied by `factor`; without it, it falls along half a cosine. */
  decay?: { every: number; factor: number };
  momentum: number;
  weightDecay: number;
}

/** What Algorithm 1 needs besides a network and pictures. */
export interface PaperSettings {
  noise: NoiseSettings;
  attack: AttackSettings;
  training: DescentSettings;
}

/** Settings of the paper for CIFAR-10 (section Experiments and the official configuration). */
export const PAPER_CIFAR10 = {
  noise: { rhoU: 8, alphaU: 1.6, steps: 10, views: 5, rhoR: 4, distribution: PADDED_VIEWS },
  attack: { rhoA: 4, alphaA: 0.8, steps: 10 },
  training: {
    steps: 5000,
    batch: 128,
    learningRate: 0.1,
    decay: { every: 2000, factor: 0.1 },
    momentum: 0.9,
    weightDecay: 5e-4,
  },
} as const satisfies PaperSettings;

/** Settings of the paper for its ImageNet subset. */
export const PAPER_IMAGENET_SUBSET = {
  noise: { rhoU: 8, alphaU: 2, steps: 7, views: 4, rhoR: 4, distribution: PAPER_VIEWS },
  attack: { rhoA: 4, alphaA: 1, steps: 7 },
  training: { ...PAPER_CIFAR10.training, steps: 3000, decay: { every: 1200, factor: 0.1 } },
} as const satisfies PaperSettings;

/**
 * How a photo of a user's is protected: steps from the class's filter, views as uploads are treated.
 * @param rhoU strength, in units of 1/255
 */
export function photoNoiseSettings(rhoU: number): NoiseSettings {
  return { rhoU, alphaU: rhoU / 5, steps: 16, momentum: 0.8, views: 6, rhoR: 4, distribution: UPLOAD_VIEWS };
}
