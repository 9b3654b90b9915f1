import { UserError } from '../errors.ts';
import type { NetworkConfig } from '../network/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { PictureSet, TrainingSettings, TrainingState } from '../sem/index.ts';

/** Pictures with their classes, 0 to classes − 1, each the whole of its frame. */
export interface LabelledPictures extends PictureSet {
  labels: Int32Array;
  classes: number;
}

/** What a method is given. */
export interface NoiseTask {
  runtime: Runtime;
  /** The surrogate of the methods that need one. */
  network: NetworkConfig;
  pictures: LabelledPictures;
  /** 32 bits; the same seed gives the same noise. */
  seed: number;
  hooks?: NoiseHooks;
}

export interface NoiseHooks {
  /** Told how much is done, 0 to 1. Throws to stop. */
  onProgress?: (share: number) => void;
  /** Keeps a surrogate's training, so that a later call goes on where this one was stopped. */
  checkpoint?: Checkpoint;
}

export interface Checkpoint {
  read(settings: TrainingSettings): Promise<TrainingState | null>;
  write(settings: TrainingSettings, state: TrainingState): Promise<void>;
}

/** Steps of a surrogate's training between two checkpoints. */
export const CHECKPOINT_EVERY = 200;

/**
 * Noise as files of 8 bits can carry it: whole levels of 1/255.
 * @param delta in [0, 1] units
 * @param rhoU ρ_u in units of 1/255
 * @throws UserError 'runtime' when a sample is no number: it would become 0, and pictures without noise pass for a result
 */
export function wholeLevels(delta: ArrayLike<number>, rhoU: number): Int8Array {
  const most = Math.floor(rhoU);
  return Int8Array.from(delta, (sample) => {
    if (Number.isNaN(sample)) throw diverged();
    return Math.max(-most, Math.min(most, Math.round(255 * sample)));
  });
}

const diverged = (): UserError =>
  new UserError(
    'runtime',
    'A noise went astray while it was made: some of its samples are no numbers.',
    'Choose another runtime and start it again.',
  );

/** The pictures with their noise, clipped to 0 … 255. @param noise [count, 3, size, size] in levels of 1/255 */
export function withNoise(pictures: LabelledPictures, noise: Int8Array): LabelledPictures {
  const pixels = pictures.pixels.map((sample, i) => Math.max(0, Math.min(255, sample + (noise[i] ?? 0))));
  return { ...pictures, pixels };
}

/** A seed of its own for part `index` of a task. */
export const seedOfPart = (seed: number, index: number): number => (seed ^ Math.imul(index + 1, 0x9e3779b1)) | 0;
