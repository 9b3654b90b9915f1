import { expect, it } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import { pgd } from '../../../engine/sem/index.ts';

const slope = Float32Array.of(1, -2, 0.5, -1, 3, 0);
const attack = {
  run: () => Promise.resolve({ gradient: slope }),
  dispose: () => Promise.resolve(),
};

it('moves up the gradient to the edge of ρ_a and stays in [0, 1]', async () => {
  const seen = Float32Array.of(0.5, 0.5, 0.999, 0.001, 0.2, 0.7);
  const settings = { rhoA: 4, alphaA: 2, steps: 10 };
  const attacked = await pgd(attack, seen, Float32Array.of(1), {}, settings, new Random(1));
  const expected = [0.5 + 4 / 255, 0.5 - 4 / 255, 1, 0, 0.2 + 4 / 255];
  expected.forEach((value, i) => expect(attacked[i]).toBeCloseTo(value, 6));
  // No gradient: only the random start is left.
  expect(Math.abs((attacked[5] ?? NaN) - 0.7)).toBeLessThanOrEqual(4 / 255 + 1e-7);
  expect(seen[0]).toBe(0.5);
});

it('without a radius nothing changes', async () => {
  const seen = Float32Array.of(0.1, 0.9);
  expect(await pgd(attack, seen, Float32Array.of(1), {}, { rhoA: 0, alphaA: 1, steps: 3 }, new Random(1))).toBe(seen);
});
