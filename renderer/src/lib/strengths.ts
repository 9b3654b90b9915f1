/** The strengths that the interface offers, in plain words. */

export interface StrengthChoice {
  name: string;
  /** ρ_u in units of 1/255. */
  rhoU: number;
  /** What it means to look at. */
  looks: string;
  /** What it means for the protection. */
  means: string;
}

export const STRENGTHS: readonly StrengthChoice[] = [
  {
    name: 'Subtle',
    rhoU: 4,
    looks: 'Changes colours a little more than half as much as Standard.',
    means: 'In our test it held back a model that trained long, in part, and one that stopped early not at all.',
  },
  {
    name: 'Standard',
    rhoU: 8,
    looks: 'Coloured fringes and faint tints when you look for them.',
    means: 'Recommended.',
  },
  {
    name: 'Strong',
    rhoU: 16,
    looks: 'Changes colours two thirds more than Standard; it shows at edges.',
    means:
      'In our test a model trained on it in the plain way did little better than guessing; on grey copies, or ' +
      'trained adversarially, it still learned.',
  },
];

/** The name of a strength, or its value where it is none of ours. */
export function strengthName(rhoU: number): string {
  return STRENGTHS.find((choice) => choice.rhoU === rhoU)?.name ?? 'Custom';
}

/** `8` → `Standard (8/255)`. */
export function strengthLabel(rhoU: number): string {
  return `${strengthName(rhoU)} (${rhoU}/255)`;
}
