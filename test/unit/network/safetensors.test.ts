import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, initialWeights } from '../../../engine/network/index.ts';
import { Random } from '../../../engine/random/index.ts';

const weights = initialWeights({ inputSize: 16, widths: [4, 8], blocks: 1, classes: 3 }, new Random(1));

describe('safetensors', () => {
  it('come back as they were written, from a shared buffer too', () => {
    const bytes = encodeSafetensors(weights, { name: 'n' });
    const shared = Buffer.concat([Buffer.from([1]), bytes]).subarray(1);
    const { weights: read, metadata } = decodeSafetensors(shared);
    expect(metadata).toEqual({ name: 'n' });
    expect(Object.keys(read)).toEqual(Object.keys(weights));
    for (const [name, { shape, data }] of Object.entries(weights)) {
      expect(read[name]?.shape).toEqual(shape);
      expect([...(read[name]?.data ?? [])]).toEqual([...data]);
    }
  });

  it('refuse a file that is cut off', () => {
    const bytes = encodeSafetensors(weights, {});
    expect(() => decodeSafetensors(bytes.subarray(0, 4))).toThrow('too short');
    expect(() => decodeSafetensors(bytes.subarray(0, 20))).toThrow('cut off');
    expect(() => decodeSafetensors(bytes.subarray(0, bytes.length - 4))).toThrow('cut off');
  });
});
