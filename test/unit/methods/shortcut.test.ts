import { expect, it } from 'vitest';
import type { LabelledPictures } from '../../../engine/methods/index.ts';
import { shortcutNoise } from '../../../engine/methods/shortcut.ts';
import { Random } from '../../../engine/random/index.ts';
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

it('is what Algorithm 1 gives, computed by loops over lists', async () => {
  const [classes, patch, separation, rhoU] = [2, 2, 3, 8] as const;
  const few: LabelledPictures = {
    count: 3,
    size: 4,
    pixels: new Uint8Array(144),
    labels: Int32Array.of(1, 0, 1),
    classes,
  };
  const task = { runtime: await openTfjsCpu(), network: tiny, pictures: few, seed: 11 };
  const noise = shortcutNoise(task, { rhoU, patch, separation });

  // Two by two squares of three channels are twelve coordinates; the draws in their order.
  const random = new Random(11);
  const each = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const corners = each(classes, () => each(12, () => (random.chance(0.5) ? 1 : -1)));
  const mixings = each(classes, () => Array.from(random.uniform(144, 1)));
  for (const [n, label] of [1, 0, 1].entries()) {
    const z = each(12, () => random.normal());
    const point: number[] = [];
    for (let row = 0; row < 12; row++) {
      let value = separation * (corners[label]?.[row] ?? NaN);
      for (let column = 0; column < 12; column++)
        value += (mixings[label]?.[12 * row + column] ?? NaN) * (z[column] ?? NaN);
      point.push(value);
    }
    // A square has four samples of its coordinate, so the mean square over samples is that over coordinates.
    let square = 0;
    for (const value of point) square += (value * value) / 12;
    for (const [feature, value] of point.entries()) {
      const level = Math.min(rhoU, Math.max(-rhoU, Math.round((rhoU * value) / Math.sqrt(square))));
      const [channel, down, right] = [Math.floor(feature / 4), Math.floor(feature / 2) % 2, feature % 2];
      for (const [y, x] of [
        [0, 0],
        [1, 1],
      ] as const) {
        expect(noise[((3 * n + channel) * 4 + 2 * down + y) * 4 + 2 * right + x]).toBe(level === 0 ? 0 : level);
      }
    }
  }
});
