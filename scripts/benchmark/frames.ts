/** How smoothly a window scrolls: what is run in it, and the arithmetic. */
import { spreadOf } from '../../engine/benchmark/index.ts';

/** Runs in the page: scrolls the grid by `step` pixels a frame for `ms`, and answers the milliseconds of each frame. */
export function scrolling(step: number, ms: number): string {
  return `new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]');
    const frames = [];
    const began = performance.now();
    let last = began;
    requestAnimationFrame(function next() {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      grid.scrollTop += ${step};
      if (now - began < ${ms}) requestAnimationFrame(next);
      else resolve(frames.slice(1));
    });
  })`;
}

/** Milliseconds: the median frame, and the one that only a twentieth are longer than. @throws Error of no frames */
export function frameTimes(frames: readonly number[]): { median: number; slow: number } {
  const sorted = [...frames].sort((a, b) => a - b);
  const { median } = spreadOf(sorted);
  return { median, slow: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? median };
}
