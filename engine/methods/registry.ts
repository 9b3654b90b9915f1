import type { PaperSettings } from '../sem/index.ts';
import { errorMinimizingNoise, errorMinimizingWork } from './errorMinimizing.ts';
import {
  EM_SETTINGS,
  NTGA_SETTINGS,
  REM_SETTINGS,
  SC_SETTINGS,
  SEM_SETTINGS,
  TAP_SETTINGS,
  type Configuration,
} from './settings.ts';
import { shortcutNoise, shortcutWork, type ShortcutSettings } from './shortcut.ts';
import { tangentNoise, tangentWork, type TangentAttackSettings } from './tangentAttack.ts';
import { targetedNoise, targetedWork, type TargetedSettings } from './targeted.ts';
import type { NoiseTask } from './task.ts';

/** A method that makes defensive noise for a labelled set of pictures. */
export interface Method {
  title: string;
  /** Where it was published. */
  source: string;
  settings: Readonly<Record<Configuration, MethodSettings>>;
  /**
   * @returns a noise for every picture, [count, 3, size, size] in levels of 1/255, each at most ρ_u; the same for the
   * same seed
   */
  makeNoise(task: NoiseTask, configuration: Configuration): Promise<Int8Array>;
  /** How long it takes for `count` pictures, about: in gradients of one picture by the surrogate. */
  work(count: number, configuration: Configuration): number;
}

export type MethodSettings = PaperSettings | TargetedSettings | ShortcutSettings | TangentAttackSettings;

function method<S extends MethodSettings>(
  title: string,
  source: string,
  settings: Readonly<Record<Configuration, S>>,
  make: (task: NoiseTask, settings: S) => Int8Array | Promise<Int8Array>,
  work: (settings: S, count: number) => number,
): Method {
  return {
    title,
    source,
    settings,
    makeNoise: async (task, configuration) => make(task, settings[configuration]),
    work: (count, configuration) => work(settings[configuration], count),
  };
}

/** SEM and the methods that its paper compares with, by the names that the paper has for them. */
export const METHODS = {
  em: method(
    'Error-minimizing noise',
    'Huang, Ma, Erfani, Bailey, Wang: Unlearnable Examples (ICLR 2021)',
    EM_SETTINGS,
    errorMinimizingNoise,
    errorMinimizingWork,
  ),
  tap: method(
    'Targeted adversarial poisoning',
    'Fowl, Goldblum, Chiang, Geiping, Czaja, Goldstein: Adversarial Examples Make Strong Poisons (NeurIPS 2021)',
    TAP_SETTINGS,
    targetedNoise,
    targetedWork,
  ),
  ntga: method(
    'Neural tangent generalization attack',
    'Yuan, Wu: Neural Tangent Generalization Attacks (ICML 2021)',
    NTGA_SETTINGS,
    tangentNoise,
    tangentWork,
  ),
  sc: method(
    'Synthesized shortcuts',
    'Yu, Zhang, Chen, Yin, Liu: Availability Attacks Create Shortcuts (KDD 2022)',
    SC_SETTINGS,
    shortcutNoise,
    shortcutWork,
  ),
  rem: method(
    'Robust error-minimizing noise',
    'Fu, He, Liu, Shen, Tao: Robust Unlearnable Examples (ICLR 2022)',
    REM_SETTINGS,
    errorMinimizingNoise,
    errorMinimizingWork,
  ),
  sem: method(
    'Stable error-minimizing noise',
    'Liu, Xu, Chen, Sun: Stable Unlearnable Example (AAAI 2024)',
    SEM_SETTINGS,
    errorMinimizingNoise,
    errorMinimizingWork,
  ),
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;
