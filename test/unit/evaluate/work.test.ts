import { expect, it } from 'vitest';
import { STRANGER } from '../../../engine/evaluate/settings.ts';
import { worksOf } from '../../../engine/evaluate/work.ts';

it('counts the gradients of an attack and the size of a network', () => {
  const conditions = [
    { architecture: 'resnet', countermeasure: null },
    { architecture: 'resnet', countermeasure: 'mixup' },
    { architecture: 'resnet', countermeasure: 'adversarial-4' },
    { architecture: 'resnet-wide', countermeasure: null },
    { architecture: 'resnet-wide', countermeasure: 'adversarial-4' },
  ] as const;
  const [plain, mixed, hardened, wide, both] = worksOf(conditions, STRANGER, 10);
  expect([plain, mixed]).toEqual([1, 1]);
  // A step learns from the pictures' and the weights' gradients; each of the ten of PGD is of the pictures alone.
  expect(hardened).toBeGreaterThan(1 + 10 / 2);
  expect(hardened).toBeLessThan(1 + 10);
  expect(wide).toBeGreaterThan(1.5);
  expect(both).toBeGreaterThan(10);
});
