import {
  PAPER_CIFAR10,
  PAPER_IMAGENET_SUBSET,
  type AttackSettings,
  type DescentSettings,
  type PaperSettings,
} from '../sem/index.ts';
import { PADDED_VIEWS, PAPER_VIEWS, UNCHANGED_VIEWS } from '../views/index.ts';
import type { ShortcutSettings } from './shortcut.ts';
import type { TangentAttackSettings } from './tangentAttack.ts';
import type { TargetedSettings } from './targeted.ts';

/**
 * `full`: the published settings for CIFAR-10. `imagenet`: those for the paper's ImageNet subset. `reduced`: small
 * enough for two cores of a processor.
 */
export type Configuration = 'full' | 'imagenet' | 'reduced';

type Configurations<S> = Readonly<Record<Configuration, S>>;

const NO_ATTACK: AttackSettings = { rhoA: 0, alphaA: 0, steps: 0 };

/** Huang et al. (2021): one unchanged view, nothing to bear, a generator that is not attacked. */
const withoutStranger = ({ noise, training }: PaperSettings): PaperSettings => ({
  noise: { ...noise, views: 1, rhoR: 0, distribution: UNCHANGED_VIEWS },
  attack: NO_ATTACK,
  training,
});

/** Fu et al. (2022): the adversary that the generator has, in every view too. */
const withAdversary = ({ noise, attack, training }: PaperSettings): PaperSettings => ({
  noise: { ...noise, rhoR: 0, adversary: attack },
  attack,
  training,
});

/**
 * A tenth of the steps, on pictures as they are: with random crops and flips, a small network reads the noise at 4/255
 * only after many more (SEM's noise under attack: 43 % right after 200 steps, without them 93 %).
 */
const reduced: PaperSettings = {
  noise: { rhoU: 8, alphaU: 2, steps: 6, views: 1, rhoR: 4, distribution: UNCHANGED_VIEWS },
  attack: { rhoA: 4, alphaA: 1.2, steps: 5 },
  training: { steps: 500, batch: 64, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 },
};

/** Liu et al. (2024), section Experiments and the official code's gen_sem.sh. */
export const SEM_SETTINGS: Configurations<PaperSettings> = {
  full: PAPER_CIFAR10,
  imagenet: PAPER_IMAGENET_SUBSET,
  reduced,
};

/** The official code's gen_rem.sh: Fu et al.'s algorithm with as many steps and views as SEM. */
export const REM_SETTINGS: Configurations<PaperSettings> = {
  full: withAdversary(PAPER_CIFAR10),
  imagenet: withAdversary(PAPER_IMAGENET_SUBSET),
  reduced: withAdversary(reduced),
};

/** The official code's gen_em.sh: Huang et al.'s min-min game with as many steps as SEM. */
export const EM_SETTINGS: Configurations<PaperSettings> = {
  full: withoutStranger(PAPER_CIFAR10),
  imagenet: withoutStranger(PAPER_IMAGENET_SUBSET),
  reduced: withoutStranger(reduced),
};

const cleanTraining: DescentSettings = {
  ...PAPER_CIFAR10.training,
  steps: 40_000,
  decay: { every: 16_000, factor: 0.1 },
};
const targetedNoise: TargetedSettings['noise'] = {
  rhoU: 8,
  alphaU: 0.064,
  steps: 250,
  views: 1,
  rhoR: 0,
  distribution: PADDED_VIEWS,
};

/** Fowl et al. (2021), 250 steps; radius, step, label and the clean network's training as the official code's gen_tap.sh. */
export const TAP_SETTINGS: Configurations<TargetedSettings> = {
  full: { training: cleanTraining, distribution: PADDED_VIEWS, noise: targetedNoise, offset: 1 },
  imagenet: {
    training: cleanTraining,
    distribution: PAPER_VIEWS,
    noise: { ...targetedNoise, alphaU: 0.16, steps: 100, distribution: PAPER_VIEWS },
    offset: 1,
  },
  reduced: {
    training: reduced.training,
    distribution: UNCHANGED_VIEWS,
    noise: { ...targetedNoise, alphaU: 0.8, steps: 20, distribution: UNCHANGED_VIEWS },
    offset: 1,
  },
};

/** Yu et al. (2022): patches of 8 pixels, class_sep 10; ρ_u as the SEM paper has it for all methods. */
export const SC_SETTINGS: Configurations<ShortcutSettings> = {
  full: { rhoU: 8, patch: 8, separation: 10 },
  imagenet: { rhoU: 8, patch: 8, separation: 10 },
  reduced: { rhoU: 8, patch: 8, separation: 10 },
};

const tangent: TangentAttackSettings = {
  network: { layers: 5, weightVariance: 1.76, biasVariance: 0.18 },
  time: 64,
  regularization: 1e-4,
  rhoU: 8,
  alphaU: 0.88,
  steps: 10,
  block: 512,
  validation: 10_000,
};

/** Yuan and Wu (2021) and their code: FNN surrogate, t = 64, blocks of 512, 10 steps of 1.1 ρ_u / 10. */
export const NTGA_SETTINGS: Configurations<TangentAttackSettings> = {
  full: tangent,
  imagenet: tangent,
  reduced: { ...tangent, block: 128, validation: 256 },
};
