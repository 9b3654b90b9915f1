import { expect, it } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import { PADDED_VIEWS, sampleViews, UNCHANGED_VIEWS } from '../../../engine/views/index.ts';

const geometry = { frame: 40, size: 32 };
const pictures = Array.from({ length: 400 }, () => ({ width: 32, height: 32 }));

/** Which input sample each output of view `n` is, null for black; fails where it is a mixture. */
function sources(matrix: Float32Array, n: number, at: (output: number, input: number) => number): (number | null)[] {
  return Array.from({ length: 32 }, (_, output) => {
    const shares = Array.from({ length: 40 }, (_input, input) => matrix[n * 32 * 40 + at(output, input)] ?? NaN);
    const taken = shares.flatMap((share, input) => (share === 0 ? [] : [input]));
    taken.forEach((input) => expect(shares[input]).toBe(1));
    expect(taken.length).toBeLessThan(2);
    return taken[0] ?? null;
  });
}

it('a crop from the padded picture moves it by up to 4 whole pixels, and black comes in', () => {
  const { rows, columns } = sampleViews(new Random(1), PADDED_VIEWS, geometry, pictures);
  const shifts = new Set<number>();
  let mirrored = 0;
  for (let n = 0; n < pictures.length; n++) {
    const down = sources(rows, n, (output, input) => output * 40 + input);
    const across = sources(columns, n, (output, input) => input * 32 + output);
    const shift = (down[16] ?? NaN) - 16;
    shifts.add(shift);
    const own = (i: number, by: number): number | null => (i + by >= 0 && i + by < 32 ? i + by : null);
    expect(down).toEqual(Array.from({ length: 32 }, (_, i) => own(i, shift)));
    const flipped = (across[17] ?? NaN) < (across[16] ?? NaN);
    if (flipped) mirrored++;
    const upright = flipped ? across.toReversed() : across;
    expect(upright).toEqual(Array.from({ length: 32 }, (_, i) => own(i, (upright[16] ?? NaN) - 16)));
  }
  expect([...shifts].sort((a, b) => a - b)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4]);
  expect(mirrored).toBeGreaterThan(150);
  expect(mirrored).toBeLessThan(250);
});

it('an unchanged view is the picture', () => {
  const { rows, columns } = sampleViews(new Random(1), UNCHANGED_VIEWS, geometry, pictures.slice(0, 3));
  for (let n = 0; n < 3; n++) {
    const whole = Array.from({ length: 32 }, (_, i) => i);
    expect(sources(rows, n, (output, input) => output * 40 + input)).toEqual(whole);
    expect(sources(columns, n, (output, input) => input * 32 + output)).toEqual(whole);
  }
});
