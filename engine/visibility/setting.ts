import type { Masking } from '../sem/index.ts';

/** One way to protect photos, to be compared with others. */
export interface VisibilitySetting {
  /** ρ_u in units of 1/255. */
  rhoU: number;
  masking: Masking;
}

/** A setting in words, as tables and charts show it. */
export function settingName({ rhoU, masking }: VisibilitySetting): string {
  return `${rhoU}/255, ${masking.floor === 1 ? 'no mask' : `floor ${masking.floor}`}`;
}
