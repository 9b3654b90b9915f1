import { UserError } from '../errors.ts';
import type { NetworkConfig } from '../network/index.ts';
import { PAPER_VIEWS, type ViewDistribution } from '../views/index.ts';
import type { StrangerPlan, StrangerSettings } from './types.ts';

/** Random resized crop and flip: what nearly every training pipeline does. */
export const STRANGER_VIEWS: ViewDistribution = {
  ...PAPER_VIEWS,
  crop: [0.6, 1],
  aspect: 4 / 3,
  wholeProbability: 0.2,
};

/** Held-out photos are shown whole, squeezed into the square. */
export const HELD_OUT_VIEWS: ViewDistribution = { ...STRANGER_VIEWS, wholeProbability: 1, flipProbability: 0 };

/**
 * The stranger: a small residual network of other widths than the generator's, so that what is measured carries over
 * to a model that the noise was not made against.
 */
export const STRANGER: StrangerPlan = {
  network: { inputSize: 64, widths: [16, 32, 64, 128], blocks: 1 },
  epochs: null,
  batch: 32,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-4,
  views: STRANGER_VIEWS,
};

/** Strangers' networks by name. The usual one, `resnet`, is as {@link STRANGER} says. */
export const ARCHITECTURES = ['resnet', 'resnet-wide', 'vgg', 'densenet', 'vit'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What differs from the usual network. */
export const NETWORKS: Record<Architecture, Partial<Pick<NetworkConfig, 'family' | 'widths' | 'blocks'>>> = {
  resnet: {},
  'resnet-wide': { widths: [24, 48, 96, 128], blocks: 1 },
  vgg: { family: 'vgg', widths: [16, 32, 64, 128, 128], blocks: 1 },
  densenet: { family: 'densenet', widths: [12, 16, 24, 32], blocks: 3 },
  vit: { family: 'vit', widths: [96], blocks: 3 },
};

/** The usual network with what differs in the one of this name. */
export function networkOf(
  { network }: Pick<StrangerSettings, 'network'>,
  name: Architecture,
): StrangerSettings['network'] & (typeof NETWORKS)[Architecture] {
  return { ...network, ...NETWORKS[name] };
}

/** The side of a network's pictures is a multiple of this: so often it halves them. */
const HALVED_TO: Record<Architecture, number> = { resnet: 8, 'resnet-wide': 8, vgg: 32, densenet: 16, vit: 8 };

/**
 * Steps until the stranger learns nothing more from ten albums of real photos, by measurement: after 1000 it still told
 * originals ten points worse, and had hardly begun to overlook what copies are to keep from it.
 */
const STEPS = 3300;

/** How often `count` photos are learned from when nobody says: about `steps` batches, but 10 to `most` times. */
export function epochsFor(count: number, batch: number, steps = STEPS, most = 150): number {
  return Math.min(most, Math.max(10, Math.round((steps * batch) / count)));
}

/** Batches of an epoch. */
export const stepsPerEpoch = (count: number, batch: number): number => Math.max(1, Math.round(count / batch));

/**
 * Throws when the stranger cannot be trained like this.
 * @throws UserError 'bad-setting'
 */
export function checkStranger(
  { network, epochs, batch }: StrangerSettings,
  architectures: readonly Architecture[] = [],
): void {
  const { inputSize } = network;
  const bad = (problem: string, remedy: string): UserError => new UserError('bad-setting', problem, remedy);
  if (!Number.isInteger(inputSize) || inputSize < 16 || inputSize > 256 || inputSize % 8 !== 0) {
    throw bad(
      `The picture size ${inputSize} cannot be used.`,
      'Choose a multiple of 8 from 16 to 256, for example 64.',
    );
  }
  for (const architecture of architectures) {
    const multiple = HALVED_TO[architecture];
    if (inputSize % multiple === 0) continue;
    throw bad(
      `A ${architecture} cannot look at pictures of ${inputSize} pixels.`,
      `Choose a multiple of ${multiple}, or another network.`,
    );
  }
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw bad(`${epochs} epochs cannot be trained.`, 'Choose a whole number of epochs, at least 1.');
  }
  if (!Number.isInteger(batch) || batch < 2) {
    throw bad(`A batch of ${batch} cannot be trained.`, 'Choose a whole number, at least 2.');
  }
}
