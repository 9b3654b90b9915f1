import { expect, test } from 'vitest';
import { Curriculum, difficultyAt, PACE, warmUpFor } from '../../../engine/sem/curriculum.ts';
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

test('before the noise is optimized the difficulty waits, but the accuracy is followed', () => {
  const curriculum = new Curriculum();
  for (let n = 0; n < 50; n++) curriculum.observe(1, false);
  expect(curriculum.level).toBe(0);
  curriculum.observe(1);
  expect(curriculum.level).toBe(PACE.up);
  expect([warmUpFor(2000), warmUpFor(1_000_000), warmUpFor(60), warmUpFor(1)]).toEqual([100, 100, 3, 0]);
});

test('first come the views of uploads, then the adversary', () => {
  const { attack } = PAPER_CIFAR10;
  const at = (level: number) => {
    const { attack: attackThen, uploadShare } = difficultyAt(level, attack);
    return [uploadShare, attackThen.rhoA, attackThen.alphaA, attackThen.steps];
  };
  expect(at(0)).toEqual([0, 0, 0, 0]);
  expect(at(0.25)).toEqual([0.5, 0, 0, 0]);
  expect(at(0.5)).toEqual([1, 0, 0, 0]);
  expect(at(0.75)).toEqual([1, attack.rhoA / 2, attack.alphaA / 2, attack.steps]);
  expect(at(1)).toEqual([1, attack.rhoA, attack.alphaA, attack.steps]);
});
