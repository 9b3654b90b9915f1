import type { Canvas } from '../../photo/index.ts';

/** One photo that gets the noise of one class. */
export interface StepProblem {
  canvas: Canvas;
  targetClass: number;
  /** Of the optimization's draws. */
  seed: number;
}

/** Odd, so that a photo's classes differ until all have been had, where their number is a power of two. */
const CLASS_STRIDE = 5;

/** `count` problems: the photos in turn, each time with another target class. */
export function stepProblems(canvases: readonly Canvas[], classes: number, count: number): StepProblem[] {
  return Array.from({ length: count }, (_, n) => {
    const photo = n % canvases.length;
    const canvas = canvases[photo];
    if (!canvas) throw new Error('there is no photo');
    const turn = Math.floor(n / canvases.length);
    return { canvas, targetClass: (photo + CLASS_STRIDE * turn) % classes, seed: n };
  });
}
