import { UserError } from '../errors.ts';
import type { Random } from '../random/index.ts';
import type { AttackSettings } from '../sem/index.ts';

/**
 * What a stranger may do to its batches, besides crops and flips, so that a model learns less of a noise: `cutout`
 * (DeVries and Taylor 2017: a grey square of half the side), `mixup` (Zhang et al. 2018), `cutmix` (Yun et al. 2019),
 * both with λ ~ Beta(1, 1), or adversarial training by PGD within a radius in units of 1/255 (`adversarial-4`).
 */
export type Countermeasure = Augmentation | Adversarial;
type Adversarial = `adversarial-${number}`;

const AUGMENTATIONS = ['cutout', 'mixup', 'cutmix'] as const;
type Augmentation = (typeof AUGMENTATIONS)[number];

/** Every countermeasure in words, for help and messages. */
export const COUNTERMEASURES_IN_WORDS = `${AUGMENTATIONS.join(', ')} or adversarial-<radius in 1/255>`;

/**
 * The countermeasure of this name.
 * @throws UserError 'bad-setting'
 */
export function parseCountermeasure(name: string): Countermeasure {
  const augmentation = AUGMENTATIONS.find((one) => one === name);
  if (augmentation) return augmentation;
  const radius = Number(/^adversarial-(\d{1,2})$/.exec(name)?.[1]);
  if (radius >= 1 && radius <= 16) return `adversarial-${radius}`;
  throw new UserError(
    'bad-setting',
    `“${name}” is not a way of training that can be evaluated.`,
    `Choose ${COUNTERMEASURES_IN_WORDS}, for example adversarial-4 (1 to 16).`,
  );
}

/** PGD-10 with the paper's step of a fifth of the radius. */
export function attackOf(countermeasure: Adversarial): AttackSettings {
  const rhoA = Number(countermeasure.slice('adversarial-'.length));
  return { rhoA, alphaA: rhoA / 5, steps: 10 };
}

export function isAugmentation(countermeasure: Countermeasure): countermeasure is Augmentation {
  return AUGMENTATIONS.some((one) => one === countermeasure);
}

/** A batch: `seen` [N, 3, size, size] in [0, 1], `target` [N, classes], rows that add up to 1. */
export interface Batch {
  seen: Float32Array;
  target: Float32Array;
}

/** The batch after `augmentation`; the one that was given is not changed. */
export function augmented(batch: Batch, augmentation: Augmentation, size: number, random: Random): Batch {
  const count = batch.seen.length / (3 * size * size);
  switch (augmentation) {
    case 'cutout': {
      const seen = batch.seen.slice();
      for (let n = 0; n < count; n++) {
        fill(seen, n, size, square(size, size / 2, random), () => 0.5);
      }
      return { seen, target: batch.target };
    }
    case 'mixup': {
      const share = random.next();
      const partners = random.permutation(count);
      return { seen: mixed(batch.seen, partners, share), target: mixed(batch.target, partners, share) };
    }
    case 'cutmix': {
      const box = square(size, size * Math.sqrt(1 - random.next()), random);
      const partners = random.permutation(count);
      const seen = batch.seen.slice();
      for (let n = 0; n < count; n++) {
        const from = (partners[n] ?? n) * 3 * size * size;
        fill(seen, n, size, box, (offset) => batch.seen[from + offset] ?? 0);
      }
      const kept = 1 - ((box.right - box.left) * (box.bottom - box.top)) / (size * size);
      return { seen, target: mixed(batch.target, partners, kept) };
    }
  }
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A square of this side around a random pixel, cut off at the edges. */
function square(size: number, side: number, random: Random): Box {
  const axis = (): [number, number] => {
    const middle = random.below(size);
    return [Math.max(0, Math.round(middle - side / 2)), Math.min(size, Math.round(middle + side / 2))];
  };
  const [left, right] = axis();
  const [top, bottom] = axis();
  return { left, top, right, bottom };
}

/** @param sample from the offset within one picture [3, size, size] */
function fill(seen: Float32Array, picture: number, size: number, box: Box, sample: (offset: number) => number): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        const offset = (channel * size + y) * size + x;
        seen[picture * 3 * size * size + offset] = sample(offset);
      }
    }
  }
}

/** share · own row + (1 − share) · the partner's row. */
function mixed(rows: Float32Array, partners: ArrayLike<number>, share: number): Float32Array {
  const length = rows.length / partners.length;
  return rows.map((value, i) => {
    const row = Math.floor(i / length);
    const partner = partners[row] ?? row;
    return share * value + (1 - share) * (rows[partner * length + (i % length)] ?? 0);
  });
}
