/**
 * SEM, stable error-minimizing noise (Liu et al., AAAI 2024), to be read beside the paper: `trainGenerator.ts` is
 * Algorithm 1, `stableNoise.ts` its lines 3 to 9 with equation 10, `pgd.ts` its line 11, `objectives.ts` the losses.
 * Ours and not the paper's: `classFilters.ts` (where an album's noise starts from), `masking.ts` (less noise where it
 * shows), `momentum.ts` (steps that follow earlier ones too) and `curriculum.ts` (how training begins with labels that have nothing to do with the pictures).
 */
export * from './assessGenerator.ts';
export * from './classFilters.ts';
export { difficultyAt, PACE, paceFor, warmUpFor } from './curriculum.ts';
export * from './descent.ts';
export * from './masking.ts';
export * from './objectives.ts';
export * from './pgd.ts';
export * from './settings.ts';
export * from './sgd.ts';
export * from './stableNoise.ts';
export * from './trainGenerator.ts';
