import { describe, expect, it } from 'vitest';
import { blockDct, quantizationSteps } from '../../../engine/views/jpeg.ts';

describe('quantization steps', () => {
  it('are the tables of Annex K at quality 50', () => {
    const steps = quantizationSteps(50);
    expect([...steps.subarray(0, 8)]).toEqual([16, 11, 10, 16, 24, 40, 51, 61]);
    expect([...steps.subarray(64, 72)]).toEqual([17, 18, 24, 47, 99, 99, 99, 99]);
  });

  it('are what libjpeg writes at 10 and 90', () => {
    expect([...quantizationSteps(90).subarray(0, 4)]).toEqual([3, 2, 2, 3]);
    expect([...quantizationSteps(10).subarray(0, 4)]).toEqual([80, 55, 50, 80]);
    expect(Math.max(...quantizationSteps(1))).toBe(255);
    expect(new Set(quantizationSteps(100))).toEqual(new Set([1]));
  });
});

it('the block DCT is orthonormal, block by block', () => {
  const size = 16;
  const d = blockDct(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let dot = 0;
      for (let k = 0; k < size; k++) dot += (d[i * size + k] ?? 0) * (d[j * size + k] ?? 0);
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 5);
      if (Math.floor(i / 8) !== Math.floor(j / 8)) expect(d[i * size + j]).toBe(0);
    }
  }
});
