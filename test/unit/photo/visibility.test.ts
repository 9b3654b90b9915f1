import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withHandles } from '../../../engine/photo/handles.ts';
import { LOSSLESS, measureVisibility, readRgb, renderCopy } from '../../../engine/photo/index.ts';
import { photoLibrary } from '../../../engine/photo/library.ts';
import { colourDifferences, DifferenceMeter } from '../../../engine/photo/visibility.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise, withoutColour } from '../../fixtures/noise.ts';
import { writePhoto } from '../../fixtures/photos.ts';
import { ciede2000, labOf, type Triple } from './ciede2000.ts';

/** L₁ a₁ b₁, L₂ a₂ b₂ and ΔE00: from table 1 of Sharma, Wu, Dalal 2005. */
const PUBLISHED: readonly (readonly [Triple, Triple, number])[] = [
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.001], 7.1792],
  [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
  [[50, 2.5, 0], [61, -5, 29], 22.8977],
  [[50, 2.5, 0], [58, 24, 15], 19.4535],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
];

describe('CIEDE2000', () => {
  it.each(PUBLISHED)('of %j and %j is as published', async (first, second, published) => {
    const vips = await photoLibrary();
    const mean = withHandles((own) => {
      const lab = (values: Triple): ReturnType<typeof own<InstanceType<typeof vips.Image>>> => {
        const plain = own(vips.Image.newFromMemory(Float32Array.from(values), 1, 1, 3, vips.BandFormat.float));
        return own(plain.copy({ interpretation: 'lab' }));
      };
      return colourDifferences(vips, own, lab(first), lab(second)).mean();
    });
    expect(mean).toBeCloseTo(published, 3);
    // The slow sums of the next tests hold to the same table.
    expect(ciede2000(first, second)).toBeCloseTo(published, 4);
  });
});

describe('mean and quantiles', () => {
  it('are those of the sorted list, to a hundredth', () => {
    const meter = new DifferenceMeter();
    const values = Float32Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1000) / 100 + 0.003);
    meter.push(values.subarray(0, 300));
    meter.push(values.subarray(300));
    const sorted = [...values].sort((a, b) => a - b);
    expect(meter.mean()).toBeCloseTo(sorted.reduce((sum, value) => sum + value, 0) / 1000, 6);
    for (const share of [0.01, 0.5, 0.99, 1]) {
      const exact = sorted[Math.ceil(share * 1000) - 1] ?? NaN;
      expect(meter.quantile(share)).toBeGreaterThanOrEqual(exact);
      expect(meter.quantile(share) - exact).toBeLessThan(0.0101);
    }
  });
});

describe('the visibility of a copy', () => {
  const folder = temporaryFolder();

  it('is what a pixel by pixel comparison of original and copy finds', async () => {
    const noise = makeNoise(32, 24, 8);
    const source = await writePhoto(folder, 'photo.png', { format: 'png', midRange: true });
    const visibility = await measureVisibility(source, noise, LOSSLESS);
    const copy = await renderCopy(source, noise, LOSSLESS, join(folder, 'copy'));
    const [before, after] = [await readRgb(source, null), await readRgb(copy.path, null)];
    const differences: number[] = [];
    let atLimit = 0;
    for (let at = 0; at < before.samples.length; at += 3) {
      const [a, b] = [before, after].map(({ samples }): Triple => {
        const [red = 0, green = 0, blue = 0] = samples.subarray(at, at + 3);
        return [red, green, blue];
      });
      if (!a || !b) throw new Error('no pixel');
      differences.push(ciede2000(labOf(a), labOf(b)));
      atLimit += a.filter((value, channel) => Math.abs(value - (b[channel] ?? 0)) === 8).length;
    }
    differences.sort((a, b) => a - b);
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    expect(atLimit).toBeGreaterThan(0);
    expect(visibility.atLimit).toBeCloseTo(atLimit / before.samples.length, 6);
    expect(visibility.meanDeltaE).toBeCloseTo(mean, 2);
    expect(visibility.p99DeltaE).toBeCloseTo(differences[Math.ceil(0.99 * differences.length) - 1] ?? NaN, 1);
  });

  it.each([
    ['16 bits', { format: 'png', bitDepth: 16 }],
    ['16 bits of grey', { format: 'png', bitDepth: 16, colour: 'grey' }],
    ['grey', { format: 'jpeg', colour: 'grey' }],
    ['CMYK', { format: 'jpeg', colour: 'cmyk' }],
    ['another profile', { format: 'jpeg', profile: 'p3' }],
    ['alpha and a turn', { format: 'tiff', alpha: true, orientation: 6 }],
  ] as const)('of a photo with %s is about that of any other', async (name, recipe) => {
    // Of noise in colour, a grey photo gets only the luma, which is less.
    const isGrey = 'colour' in recipe && recipe.colour === 'grey';
    const noise = isGrey ? withoutColour(makeNoise(32, 24, 8)) : makeNoise(32, 24, 8);
    const source = await writePhoto(folder, `${name}.${recipe.format}`, { ...recipe, midRange: true });
    const plain = await writePhoto(folder, `${name}-plain.png`, { format: 'png', midRange: true });
    const [own, other] = [source, plain].map((path) => measureVisibility(path, noise, LOSSLESS));
    const ratio = ((await own)?.meanDeltaE ?? NaN) / ((await other)?.meanDeltaE ?? NaN);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });
});
