import type { DescentSettings, NoiseSettings } from '../sem/index.ts';
import type { ViewDistribution } from '../views/index.ts';
import { trainSurrogate } from './errorMinimizing.ts';
import { lastPass } from './lastPass.ts';
import { seedOfPart, type NoiseTask } from './task.ts';

export interface TargetedSettings {
  /** How the clean network is trained. */
  training: DescentSettings;
  /** What it is trained on. */
  distribution: ViewDistribution;
  noise: NoiseSettings;
  /** The picture of class y is led to class y + offset, modulo the number of classes. */
  offset: number;
}

/**
 * TAP, targeted adversarial poisoning (Fowl et al., Adversarial Examples Make Strong Poisons, NeurIPS 2021): adversarial
 * examples of a cleanly trained network, each led to the class beside its own, so that the features that make a class
 * stand under another's label.
 * @returns [count, 3, size, size] in levels of 1/255
 */
export async function targetedNoise(task: NoiseTask, settings: TargetedSettings): Promise<Int8Array> {
  const { runtime, network, pictures, seed, hooks } = task;
  const { training, distribution, noise, offset } = settings;
  const clean = {
    ...training,
    network,
    noise: { rhoU: 0, alphaU: 0, steps: 0, views: 1, rhoR: 0, distribution },
    attack: { rhoA: 0, alphaA: 0, steps: 0 },
    labels: 'picture' as const,
    seed,
  };
  const total = targetedWork(settings, pictures.count);
  const part = (training.steps * training.batch) / total;
  const { weights } = await trainSurrogate(task, clean, (share) => hooks?.onProgress?.(part * share));
  const targets = pictures.labels.map((label) => (label + offset) % pictures.classes);
  return lastPass(
    runtime,
    { network, weights },
    noise,
    training.batch,
    pictures,
    targets,
    seedOfPart(seed, 0),
    (share) => hooks?.onProgress?.(part + (1 - part) * share),
  );
}

/** Gradients of one picture that it takes. */
export function targetedWork({ training, noise }: TargetedSettings, count: number): number {
  return training.steps * training.batch + count * noise.steps * noise.views;
}
