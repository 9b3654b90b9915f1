/**
 * SEM, stable error-minimizing noise (Liu et al., AAAI 2024), to be read beside the paper: `trainGenerator.ts` is
 * Algorithm 1, `stableNoise.ts` its lines 3 to 9 with equation 10, `pgd.ts` its line 11, `objectives.ts` the losses.
 */
export * from './assessGenerator.ts';
export * from './descent.ts';
export * from './masking.ts';
export * from './objectives.ts';
export * from './classFilters.ts';
export * from './pgd.ts';
export * from './settings.ts';
export * from './sgd.ts';
export * from './stableNoise.ts';
export * from './trainGenerator.ts';
