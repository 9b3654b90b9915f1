import type { NoiseCanvas, RenderedCopy } from '../photo/types.ts';
import type { Masking } from '../sem/masking.ts';

/** What the user (or the job) decides about one photo's noise. */
export interface ProtectionSettings {
  /** ρ_u in units of 1/255: Subtle 4, Standard 8, Strong 16; any number in (0, 32]. */
  rhoU: number;
  /** Index of the album's target class among the generator's classes. */
  targetClass: number;
  /** Seed of every random draw for this photo: 32 bits, unsigned. */
  seed: number;
  /** How far flat areas are spared; as every photo's, when missing. */
  masking?: Masking;
}

/** The named strengths that the interface offers: ρ_u in units of 1/255. */
export const STRENGTHS = { subtle: 4, standard: 8, strong: 16 } as const;
export type Strength = keyof typeof STRENGTHS;

/** One photo's noise and everything that made it: enough, with the original, to render again at any size. */
export interface Protection {
  noise: NoiseCanvas;
  settings: ProtectionSettings;
  /** Steps K and views a step J of Algorithm 1, lines 3 to 9; α_u and ρ_r in units of 1/255; momentum μ, 0 for none. */
  method: { steps: number; views: number; alphaU: number; rhoR: number; momentum: number; noiseVersion: number };
  generator: { name: string; sha256: string };
  /** Mean share of ρ_u that masking left to the noise, 0 to 1. */
  budget: number;
  /** Which runtime computed it, for example `onnx/cpu`. */
  runtime: string;
  /** Mean cross-entropy to the target class over fresh views, without and with the noise. */
  loss: { before: number; after: number };
  seconds: { decode: number; noise: number };
}

/** Where one photo is on its way. `fraction` is of this photo, 0 to 1. */
export interface PhotoProgress {
  stage: 'decode' | 'noise' | 'render';
  step: number;
  steps: number;
  fraction: number;
}

/** A photo that has been taken the whole way. */
export interface ProtectedPhoto {
  protection: Protection;
  copy: RenderedCopy;
  /** The noise file, when one was asked for. */
  noiseFile: { path: string; sha256: string; bytes: number } | null;
}
