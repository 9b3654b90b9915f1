import { PAPER_VIEWS, UPLOAD_VIEWS, type ViewDistribution } from '../views/index.ts';
import type { AttackSettings, NoiseSettings } from './settings.ts';

/**
 * How hard the generator's task is, from 0 to 1. At 0 it reads what the class filters do; then the noise is optimized
 * against the generator (K_u > 0), the views become what uploads go through, and last comes the adversary. Without this
 * order, training on random labels does not start.
 */
export interface Difficulty {
  noise: NoiseSettings;
  attack: AttackSettings;
  /** Share of the batches whose views are {@link UPLOAD_VIEWS}. */
  uploadShare: number;
}

export function difficultyAt(level: number, noise: NoiseSettings, attack: AttackSettings): Difficulty {
  const part = (from: number, to: number): number => Math.min(1, Math.max(0, (level - from) / (to - from)));
  const share = part(0.55, 1);
  return {
    noise: { ...noise, steps: Math.round(noise.steps * part(0, 0.2)) },
    attack: {
      ...attack,
      rhoA: attack.rhoA * share,
      alphaA: attack.alphaA * share,
      steps: share > 0 ? attack.steps : 0,
    },
    uploadShare: part(0.2, 0.55),
  };
}

export const viewsFor = (upload: boolean): ViewDistribution => (upload ? UPLOAD_VIEWS : PAPER_VIEWS);

/** How the difficulty follows the running accuracy, shares in [0, 1]; `up` and `down` are steps of the level. */
export interface Pace {
  raiseAbove: number;
  lowerBelow: number;
  up: number;
  down: number;
}

/** What the shipped generator was trained with, and every checkpoint that does not tell its own. */
export const PACE: Pace = paceFor(0.65);

/**
 * @param raiseAbove accuracy. Under the adversary a network reads less than without it, and has to learn from what it reads:
 * a threshold above what grey and strongly compressed views leave to be read keeps the adversary away (0.65 does, for hundreds
 * of steps; 0.5 does not).
 */
export function paceFor(raiseAbove: number): Pace {
  return { raiseAbove, lowerBelow: Math.max(0, Number((raiseAbove - 0.15).toFixed(4))), up: 0.01, down: 0.005 };
}

/** Lets the difficulty follow the accuracy: a ramp that goes on regardless collapses. */
export class Curriculum {
  level: number;
  /** Running mean of the training accuracy on what the network sees, 0 to 1. */
  accuracy: number;

  readonly #pace: Pace;

  constructor(state: { level: number; accuracy: number } = { level: 0, accuracy: 0 }, pace: Pace = PACE) {
    this.#pace = pace;
    this.level = state.level;
    this.accuracy = state.accuracy;
  }

  /** @param accuracy of the last batch, 0 to 1 */
  observe(accuracy: number): void {
    this.accuracy = 0.95 * this.accuracy + 0.05 * accuracy;
    const { raiseAbove, lowerBelow, up, down } = this.#pace;
    if (this.accuracy > raiseAbove) this.level = Math.min(1, this.level + up);
    else if (this.accuracy < lowerBelow) this.level = Math.max(0, this.level - down);
  }
}
