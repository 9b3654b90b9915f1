import { multiplyAddsOf } from '../runtime/index.ts';
import { attackObjective, trainingObjective, type Objective } from '../sem/index.ts';
import { attackOf, isAugmentation } from './countermeasure.ts';
import { networkOf } from './settings.ts';
import type { Condition, StrangerSettings } from './types.ts';

/**
 * What a step of each condition's training takes, in steps of the usual stranger's plain one, by multiply-adds: another
 * network has more of them, and adversarial training takes a gradient for each step of its attack besides. It tells the
 * time that is left, and nothing else.
 * @param classes number of albums to tell apart
 */
export function worksOf(
  conditions: readonly Pick<Condition, 'architecture' | 'countermeasure'>[],
  stranger: Pick<StrangerSettings, 'network' | 'batch'>,
  classes: number,
): number[] {
  const workOf = ({ architecture, countermeasure }: Pick<Condition, 'architecture' | 'countermeasure'>): number => {
    const network = { ...networkOf(stranger, architecture), classes };
    const training = addsOf(trainingObjective(network, stranger.batch));
    if (countermeasure === null || isAugmentation(countermeasure)) return training;
    return training + attackOf(countermeasure).steps * addsOf(attackObjective(network, stranger.batch));
  };
  const usual = workOf({ architecture: 'resnet', countermeasure: null });
  return conditions.map((condition) => workOf(condition) / usual);
}

function addsOf({ fn, inputs }: Objective): number {
  const { convolutions, products } = multiplyAddsOf(fn, inputs);
  return convolutions + products;
}
