import { expect, it } from 'vitest';
import type { LabelledPictures } from '../../../engine/methods/index.ts';
import { shortcutNoise } from '../../../engine/methods/shortcut.ts';
import { openTfjsCpu } from '../../../engine/runtime/index.ts';
import { tiny } from './plainNetwork.ts';

const CLASSES = 10;
const COUNT = 200;
const labels = Int32Array.from({ length: COUNT }, (_, i) => (i * 7) % CLASSES);
const pictures: LabelledPictures = {
  count: COUNT,
  size: 32,
  pixels: new Uint8Array(COUNT * 3072).fill(128),
  labels,
  classes: CLASSES,
};

it('is linearly separable, in squares of one colour, of ρ_u about everywhere', async () => {
  const task = { runtime: await openTfjsCpu(), network: tiny, pictures, seed: 1 };
  const noise = shortcutNoise(task, { rhoU: 8, patch: 8, separation: 10 });
  const at = (n: number, channel: number, y: number, x: number): number =>
    noise[((n * 3 + channel) * 32 + y) * 32 + x] ?? NaN;
  for (let n = 0; n < COUNT; n += 17) {
    for (let i = 0; i < 3072; i++) {
      const [channel, y, x] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32];
      expect(at(n, channel, y, x)).toBe(at(n, channel, y - (y % 8), x - (x % 8)));
    }
    const own = noise.subarray(n * 3072, (n + 1) * 3072);
    expect(Math.max(...own.map(Math.abs))).toBe(8);
    expect(own.reduce((sum, level) => sum + level * level, 0) / 3072).toBeGreaterThan(36);
  }

  // A perceptron on the corners of the squares: it comes to rest only where a hyperplane for each class exists.
  const features = Array.from({ length: COUNT }, (_, n) =>
    Array.from({ length: 48 }, (_f, f) => at(n, Math.floor(f / 16), (Math.floor(f / 4) % 4) * 8, (f % 4) * 8)),
  );
  const planes = Array.from({ length: CLASSES }, () => new Array<number>(49).fill(0));
  const answer = (point: readonly number[]): number => {
    const scores = planes.map((w) => point.reduce((sum, v, i) => sum + v * (w[i] ?? NaN), w[48] ?? NaN));
    return scores.indexOf(Math.max(...scores));
  };
  let mistakes = Infinity;
  for (let round = 0; round < 50 && mistakes > 0; round++) {
    mistakes = 0;
    features.forEach((point, n) => {
      const [said, right] = [answer(point), labels[n] ?? 0];
      if (said === right) return;
      mistakes++;
      [...point, 1].forEach((v, i) => {
        const [good, bad] = [planes[right], planes[said]];
        if (good) good[i] = (good[i] ?? 0) + v;
        if (bad) bad[i] = (bad[i] ?? 0) - v;
      });
    });
  }
  expect(mistakes).toBe(0);
});
