import { expect, test } from 'vitest';
import { dequantized, quantized } from '../../../engine/protect/storedNoise.ts';

test('noise is stored in steps of ρ_u / 127, interleaved, and read back beside a canvas of zeros', () => {
  const frame = 4;
  const delta = new Float32Array(3 * 16).fill(1);
  const step = 8 / 255 / 127;
  // Green of the pixel in row 1, column 2.
  delta[16 + 4 + 2] = -31.4 * step;
  const stored = quantized(delta, frame, { width: 3, height: 2 }, 8);
  expect(stored).toMatchObject({ width: 3, height: 2, rhoU: 8 });
  expect([...stored.samples]).toEqual([...new Array<number>(16).fill(127), -31, 127]);
  const back = dequantized(stored, frame);
  expect(back[16 + 4 + 2]).toBeCloseTo(-31 * step, 9);
  // What lies beside the picture is not stored.
  expect([back[3], back[2 * 4]]).toEqual([0, 0]);
  expect(back.filter((value) => Math.abs(value - 8 / 255) < 1e-7)).toHaveLength(17);
});
