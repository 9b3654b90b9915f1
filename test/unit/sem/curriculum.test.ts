import { expect, test } from 'vitest';
import { Curriculum, difficultyAt, PACE } from '../../../engine/sem/curriculum.ts';
import { PAPER_CIFAR10 } from '../../../engine/sem/index.ts';

/** The level after `steps` batches of that accuracy. */
function levelAfter(start: number, accuracy: number, steps: number): number {
  const curriculum = new Curriculum({ level: start, accuracy });
  for (let n = 0; n < steps; n++) curriculum.observe(accuracy);
  return curriculum.level;
}

test('the difficulty rises while enough is read, falls while too little is, and stays in between', () => {
  const between = (PACE.raiseAbove + PACE.lowerBelow) / 2;
  expect(levelAfter(0.5, PACE.raiseAbove + 0.1, 10)).toBeCloseTo(0.5 + 10 * PACE.up, 9);
  expect(levelAfter(0.5, PACE.lowerBelow - 0.1, 10)).toBeCloseTo(0.5 - 10 * PACE.down, 9);
  expect(levelAfter(0.5, between, 10)).toBe(0.5);
  expect(levelAfter(1, 1, 5)).toBe(1);
  expect(levelAfter(0, 0, 5)).toBe(0);
});

test('one batch alone changes nothing: the accuracy is a running mean', () => {
  const curriculum = new Curriculum({ level: 0.5, accuracy: PACE.raiseAbove });
  curriculum.observe(0);
  expect(curriculum.level).toBe(0.5);
});

test('first comes the optimized noise, then the views of uploads, last the adversary', () => {
  const { noise, attack } = PAPER_CIFAR10;
  const at = (level: number) => {
    const { noise: noiseThen, attack: attackThen, uploadShare } = difficultyAt(level, noise, attack);
    return [noiseThen.steps, uploadShare, attackThen.rhoA, attackThen.steps];
  };
  expect(at(0)).toEqual([0, 0, 0, 0]);
  expect(at(0.2)).toEqual([noise.steps, 0, 0, 0]);
  expect(at(0.55)).toEqual([noise.steps, 1, 0, 0]);
  expect(at(1)).toEqual([noise.steps, 1, attack.rhoA, attack.steps]);
});
