import { PAPER_VIEWS, UPLOAD_VIEWS, type ViewDistribution } from '../views/index.ts';
import type { AttackSettings } from './settings.ts';

/**
 * How hard the generator's task is, from 0 to 1. First, for {@link warmUpFor} steps, it reads what the class filters do; then
 * the noise is optimized against the generator (K_u > 0), the views become what uploads go through, and from the middle on
 * comes the adversary. Without this order, training on random labels does not start.
 */
export interface Difficulty {
  attack: AttackSettings;
  /** Share of the batches whose views are {@link UPLOAD_VIEWS}. */
  uploadShare: number;
}

export function difficultyAt(level: number, attack: AttackSettings): Difficulty {
  const share = Math.max(0, 2 * level - 1);
  return {
    attack: {
      ...attack,
      rhoA: attack.rhoA * share,
      alphaA: attack.alphaA * share,
      steps: share > 0 ? attack.steps : 0,
    },
    uploadShare: Math.min(1, 2 * level),
  };
}

/** Steps for which the noise stays what it starts from, and the difficulty 0: 100, but no more than a twentieth of all. */
export const warmUpFor = (steps: number): number => Math.min(100, Math.floor(steps / 20));

export const viewsFor = (upload: boolean): ViewDistribution => (upload ? UPLOAD_VIEWS : PAPER_VIEWS);

/** How the difficulty follows the running accuracy, shares in [0, 1]; `up` and `down` are steps of the level. */
export interface Pace {
  raiseAbove: number;
  lowerBelow: number;
  up: number;
  down: number;
}

/** What the shipped generator was trained with. */
export const PACE: Pace = paceFor(0.6);

/**
 * @param raiseAbove accuracy. Under the adversary a network reads less than without it, and has to learn from what it reads:
 * a threshold above what grey and strongly compressed views leave to be read keeps the adversary away (0.65 does, for hundreds
 * of steps), a low one lets the task become too hard to learn from.
 */
export function paceFor(raiseAbove: number): Pace {
  return { raiseAbove, lowerBelow: Math.max(0, Number((raiseAbove - 0.15).toFixed(4))), up: 0.004, down: 0.002 };
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

  /**
   * @param accuracy of the last batch, 0 to 1
   * @param warm whether the difficulty may change yet
   */
  observe(accuracy: number, warm = true): void {
    this.accuracy = 0.95 * this.accuracy + 0.05 * accuracy;
    if (!warm) return;
    const { raiseAbove, lowerBelow, up, down } = this.#pace;
    if (this.accuracy > raiseAbove) this.level = Math.min(1, this.level + up);
    else if (this.accuracy < lowerBelow) this.level = Math.max(0, this.level - down);
  }
}
