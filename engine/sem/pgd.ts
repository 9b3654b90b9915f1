import type { Random } from '../random/index.ts';
import type { Arrays, CompiledFunction } from '../runtime/index.ts';
import type { AttackSettings } from './settings.ts';

/**
 * PGD (Madry et al. 2018), Algorithm 1, line 11: the pictures moved to where the loss is worst within ρ_a, from a
 * random start, the network in evaluation mode.
 * @param seen [N, 3, s, s] in [0, 1]
 * @param target [N, classes], one-hot
 * @param weights folded weights as feeds
 * @returns seen + δᵃ, clipped to [0, 1]
 */
export async function pgd(
  attack: CompiledFunction,
  seen: Float32Array,
  target: Float32Array,
  weights: Arrays,
  { rhoA, alphaA, steps }: AttackSettings,
  random: Random,
): Promise<Float32Array> {
  if (rhoA === 0 || steps === 0) return seen;
  const radius = rhoA / 255;
  const alpha = alphaA / 255;
  const attacked = seen.slice();
  for (let i = 0; i < attacked.length; i++) {
    attacked[i] = clamp((seen[i] ?? 0) + random.between(-radius, radius), 0, 1);
  }
  for (let k = 0; k < steps; k++) {
    const { gradient } = await attack.run({ seen: attacked, target, ...weights });
    if (!gradient) throw new Error('the attack objective did not answer a gradient');
    for (let i = 0; i < attacked.length; i++) {
      const x = seen[i] ?? 0;
      const moved = (attacked[i] ?? 0) + alpha * Math.sign(gradient[i] ?? 0);
      attacked[i] = clamp(clamp(moved, x - radius, x + radius), 0, 1);
    }
  }
  return attacked;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
