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
    looks: 'Changes the picture about half as much as Standard.',
    means: 'In our test a model that trained long on it did worse, but still learned much.',
  },
  {
    name: 'Standard',
    rhoU: 8,
    looks: 'Soft streaks in even areas and faint fringes at edges when you look for them.',
    means: 'Recommended.',
  },
  {
    name: 'Strong',
    rhoU: 16,
    looks: 'Streaks and fringes show.',
    means: 'In our test it held a model back no more than Standard, except where copies were compressed hard.',
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
