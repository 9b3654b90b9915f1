import { beforeAll, describe, expect, it } from 'vitest';
import { drawSteps } from '../../../engine/benchmark/steps/chart.ts';
import { VariantOptimizer } from '../../../engine/benchmark/steps/optimizers.ts';
import { stepProblems } from '../../../engine/benchmark/steps/problems.ts';
import { isFlat } from '../../../engine/benchmark/steps/stopRule.ts';
import { StrengthMeter } from '../../../engine/benchmark/steps/strength.ts';
import { SHIPPED, STEP_FAMILIES, STEP_VARIANTS, variantName } from '../../../engine/benchmark/steps/variants.ts';
import { stepsSection } from '../../../engine/benchmark/sections/index.ts';
import { loadGenerator, NoiseOptimizer, openRuntime, type Generator } from '../../../engine/protect/index.ts';
import { photoNoiseSettings } from '../../../engine/sem/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { settingWith } from './sectionSetting.ts';

const folder = temporaryFolder();
const canvas = { width: 100, height: 64, pixels: Float32Array.from({ length: 3 * 6400 }, (_, i) => (i % 97) / 97) };
const problem = { canvas, targetClass: 2, seed: 7 };
let generator: Generator;

beforeAll(async () => {
  await writeSmallGenerator(folder);
  generator = await loadGenerator(folder);
});

describe('the variants', () => {
  it('have names of their own, and hold the shipped setting', () => {
    const charted = STEP_FAMILIES.flatMap(({ variants }) => variants);
    const different = new Set(charted.map((variant) => JSON.stringify(variant)));
    expect(new Set(charted.map(variantName)).size).toBe(different.size);
    for (const variant of charted) expect(STEP_VARIANTS.get(variantName(variant))).toEqual(variant);
    expect(STEP_VARIANTS.get('no noise')).toMatchObject({ steps: 0, start: 'nothing' });
    expect(STEP_VARIANTS.get(variantName(SHIPPED))).toEqual(SHIPPED);
    const { steps, views, alphaU } = photoNoiseSettings(8);
    expect(SHIPPED).toMatchObject({ steps, views });
    expect(SHIPPED.alpha).toBeCloseTo(alphaU / 8, 12);
  });

  it('make, shipped, the noise that photos are protected with, byte for byte', async () => {
    const runtime = await openRuntime('onnx/cpu', 1);
    const optimizer = await NoiseOptimizer.open(generator, runtime);
    const variants = await VariantOptimizer.open(generator, runtime, [SHIPPED.views]);
    const { noise } = await optimizer.optimize(canvas, { rhoU: 8, targetClass: 2, seed: 7 }, () => undefined);
    const made = await variants.optimize(SHIPPED, problem, 8);
    expect(made).toEqual({ noise, steps: SHIPPED.steps });
    const other = await variants.optimize({ ...SHIPPED, start: 'random' }, problem, 8);
    expect(other.noise).not.toEqual(noise);
    const none = await variants.optimize({ ...SHIPPED, steps: 0, start: 'nothing' }, problem, 8);
    expect(none.steps).toBe(0);
    expect(none.noise.samples.every((sample) => sample === 0)).toBe(true);
    // Nothing has to be gained: it ends with the second window.
    const ended = await variants.optimize({ ...SHIPPED, stop: { window: 2, gain: 1 } }, problem, 8);
    expect(ended.steps).toBe(4);
    await runtime.close();
  });
});

describe('problems', () => {
  it('give each photo other classes in turn', () => {
    const other = { ...canvas, width: 90 };
    const found = stepProblems([canvas, other], 4, 8).map((each) => [each.canvas.width, each.targetClass, each.seed]);
    expect(found.map(([width]) => width)).toEqual([100, 90, 100, 90, 100, 90, 100, 90]);
    expect(new Set(found.map(([width, label]) => `${width} ${label}`)).size).toBe(8);
    expect(found.map(([, , seed]) => seed)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('the loss is flat', () => {
  it('when the last window’s mean is hardly below the one before', () => {
    const rule = { window: 2, gain: 0.1 };
    expect(isFlat([4, 4, 4], rule)).toBe(false);
    expect(isFlat([4, 4, 4, 4], rule)).toBe(true);
    expect(isFlat([9, 4, 6, 4, 4], rule)).toBe(false);
    expect(isFlat([9, 6, 4, 4.5, 4.6], rule)).toBe(true);
    expect(isFlat([5, 5, 4.5, 4.4], rule)).toBe(false);
  });
});

describe('strength', () => {
  it('is of views that are the same for every noise of a problem', async () => {
    const runtime = await openRuntime('onnx/cpu', 1);
    const meter = await StrengthMeter.open(generator, runtime);
    const optimizer = await VariantOptimizer.open(generator, runtime, [SHIPPED.views]);
    const { noise } = await optimizer.optimize(SHIPPED, problem, 16);
    const none = { ...noise, samples: new Int8Array(noise.samples.length) };
    const [weak, strong] = [await meter.read(none, problem, 24), await meter.read(noise, problem, 24)];
    expect(await meter.read(none, problem, 24)).toEqual(weak);
    expect(strong.loss).toBeLessThan(weak.loss);
    expect(weak.accuracy * 24).toBeCloseTo(Math.round(weak.accuracy * 24), 9);
    await runtime.close();
  });
});

describe('the section', () => {
  it('has a row for each variant, differences to the shipped one, and a line for each family', async () => {
    const told: string[] = [];
    const [quick, slow] = [
      { ...SHIPPED, steps: 2 },
      { ...SHIPPED, steps: 4, momentum: 0.8 },
    ];
    const variants = new Map([SHIPPED, quick, slow].map((variant) => [variantName(variant), variant]));
    const section = await stepsSection(generator, [canvas], {
      ...settingWith(folder),
      onTurn: (what, round) => void told.push(`${what} ${round}`),
      rhoU: 8,
      problems: 2,
      variants,
      freshViews: 12,
    });
    const { columns, rows, figures } = section;
    expect(figures.rows.map(({ name }) => name)).toEqual([...variants.keys()]);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    const shipped = figures.rows.find(({ name }) => name === variantName(SHIPPED));
    expect(shipped).toMatchObject({
      gradientViews: SHIPPED.steps * SHIPPED.views,
      seconds: { count: 2 },
      lossDifference: { mean: 0, error: 0 },
      accuracyDifference: { mean: 0, error: 0 },
    });
    const other = figures.rows.find(({ steps }) => steps === 2);
    expect(other?.lossDifference.mean).toBeCloseTo((other?.loss.mean ?? NaN) - (shipped?.loss.mean ?? NaN), 9);
    expect(told).toHaveLength(2 * variants.size);
    expect(rows.flat().join()).not.toContain('NaN');

    const drawn = drawSteps(section);
    const lines = STEP_FAMILIES.filter((family) =>
      family.variants.some((variant) => variants.has(variantName(variant))),
    );
    expect(drawn.match(/<polyline /g)).toHaveLength(2 * lines.length);
    expect(drawn).not.toContain('NaN');
    for (const { name } of lines) expect(drawn).toContain(`>${name}</text>`);
  });
});
