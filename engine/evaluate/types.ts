import type { Failure } from '../errors.ts';
import type { ViewDistribution } from '../views/distribution.ts';
import type { Countermeasure } from './countermeasure.ts';
import type { MINIMUM_PHOTOS } from './split.ts';
import type { Architecture } from './settings.ts';
import type { Upload } from './uploads.ts';

/** How the stranger trains. Radii and learning rates are plain numbers; sizes are in pixels. */
export interface StrangerSettings {
  network: {
    /** Side of the pictures that the network sees, a multiple of 8. */
    inputSize: number;
    widths: readonly number[];
    blocks: number;
  };
  /** How often every training photo is seen. */
  epochs: number;
  batch: number;
  learningRate: number;
  momentum: number;
  weightDecay: number;
  /** Its augmentation: random crops and flips. */
  views: ViewDistribution;
}

/** What is decided before the photos are counted: with null, epochs follow their number. */
export type StrangerPlan = Omit<StrangerSettings, 'epochs'> & { epochs: number | null };

/** A point of a learning curve. Accuracies are shares from 0 to 1. */
export interface EpochPoint {
  /** 1 for the first. */
  epoch: number;
  /** Mean cross-entropy over the epoch. */
  loss: number;
  /** On the augmented training pictures, while they were learned. */
  trainingAccuracy: number;
  /** On clean held-out photos: the mean over the albums, so that a large album does not count for more. */
  heldOutAccuracy: number;
}

/** One model trained from nothing. */
export interface TrainingRun {
  seed: number;
  /** Held-out accuracy after the last epoch, 0 to 1; the best epoch is never picked. */
  accuracy: number;
  curve: EpochPoint[];
  seconds: number;
}

/** What the stranger was given. */
export interface Condition {
  pictures: 'originals' | 'protected';
  upload: Upload;
  /** What is done to the batches besides crops and flips. */
  countermeasure: Countermeasure | null;
  /** The stranger's network. */
  architecture: Architecture;
  /** Share of each album that is protected, in percent; the other photos are originals. 100 for `originals` too. */
  share: number;
}

/** One condition, over all seeds. */
export interface EvaluationRow extends Condition {
  runs: TrainingRun[];
  mean: number;
  /** Sample standard deviation over the seeds; null when there is only one. */
  spread: number | null;
}

/** Where the protected copies came from. */
export interface ProtectionOrigin {
  /** `made` for this evaluation, or `given` as a folder. */
  copies: 'made' | 'given';
  /** ρ_u in units of 1/255; null for given copies, whose settings are not known. */
  rhoU: number | null;
  generator: { name: string; sha256: string } | null;
  /** Of the noise of the copies that were made; null for given ones. */
  noiseVersion: number | null;
  /** Mean PSNR in dB of the copies that were made. */
  psnr: number | null;
}

export interface EvaluationResult {
  albums: { name: string; training: number; heldOut: number }[];
  /** Accuracy of guessing: 1 / albums. */
  chance: number;
  stranger: StrangerSettings;
  seeds: number[];
  /** Null when only originals were evaluated. */
  protection: ProtectionOrigin | null;
  rows: EvaluationRow[];
  /** Photos that were left out of every row, and why. */
  skipped: Failure[];
  runtime: string;
  /** Of every training, added up, those included that had been kept. */
  seconds: number;
  /** Trainings that had been kept from an earlier start. */
  kept: number;
}

/** How far an evaluation is: `done` of `total` photos, or epochs, a heavier one counting for as many plain ones as it takes. */
export interface EvaluationProgress {
  stage: 'photos' | 'training';
  done: number;
  total: number;
  /** Of this stage; null until it can be told. */
  secondsLeft: number | null;
  /** What is being done, in words: an album or a model. */
  what: string;
}

export interface EvaluationHooks {
  onProgress?: (progress: EvaluationProgress) => void;
  /** Aborting rejects with UserError 'cancelled'. */
  signal?: AbortSignal;
}

/** {@link MINIMUM_PHOTOS} as a type, for rooms that need the number and must not load the engine for it. */
export type MinimumPhotos = typeof MINIMUM_PHOTOS;
