import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { classify, foldedSpecs } from '../../../engine/network/index.ts';
import { loadGenerator, type Generator } from '../../../engine/protect/index.ts';
import { openOnnxRuntime, type Runtime } from '../../../engine/runtime/index.ts';
import { arraysOf, classFilter, maskingMap, startingNoise } from '../../../engine/sem/index.ts';

/**
 * What the generator that ships answers in PyTorch, which trained it, and what the filters and the map are there.
 * Written by `python -m pytorch.check --out test/fixtures/pytorch.json`.
 */
const sampled = z.object({ places: z.array(z.number()), samples: z.array(z.number()) });
const expected = z
  .object({
    generator: z.object({ name: z.string(), sha256: z.string() }),
    picture: z.object({ size: z.number() }),
    logits: z.object({
      plain: z.array(z.number()),
      noisy: z.object({ label: z.number(), rhoU: z.number(), logits: z.array(z.number()) }),
    }),
    startingNoise: z.object({ rhoU: z.number(), classes: z.array(sampled.extend({ label: z.number() })) }),
    maskingMap: sampled,
  })
  .parse(JSON.parse(readFileSync(new URL('../../fixtures/pytorch.json', import.meta.url), 'utf8')));

const { size } = expected.picture;
const area = size * size;
const whole = { width: size, height: size };
/** The picture of the formula in pytorch/check.py. */
const picture = Float32Array.from({ length: 3 * area }, (_, i) => {
  const [channel, row, column] = [Math.floor(i / area), Math.floor((i % area) / size), i % size];
  return 0.5 + 0.3 * (column / 64) ** 2 * Math.sin(column / 3 + channel) * Math.cos(row / 5);
});

let generator: Generator;
let runtime: Runtime;
beforeAll(async () => {
  generator = await loadGenerator('assets/generator');
  runtime = openOnnxRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

async function logitsOf(pixels: Float32Array): Promise<Float32Array> {
  const { network, weights } = generator;
  const compiled = await runtime.compile(
    (inputs) => ({ logits: classify(network, inputs, inputs['seen'] as tf.Tensor4D) }),
    [{ name: 'seen', shape: [1, 3, size, size] }, ...foldedSpecs(network)],
  );
  const { logits } = await compiled.run({ seen: pixels, ...arraysOf(weights) });
  await compiled.dispose();
  return logits ?? new Float32Array();
}

/** By how much `actual` differs at most. */
const furthest = (actual: ArrayLike<number>, wanted: readonly number[]): number =>
  Math.max(...wanted.map((value, i) => Math.abs(value - (actual[i] ?? NaN))));

test('is the generator that ships', () => {
  expect(generator.description).toMatchObject(expected.generator);
});

test('the starting noise of every class is PyTorch’s', () => {
  const { rhoU, classes } = expected.startingNoise;
  expect(classes).toHaveLength(generator.network.classes);
  for (const { label, places, samples } of classes) {
    const noise = startingNoise(classFilter(generator.filters, label), rhoU, picture, size, whole);
    expect(
      furthest(
        places.map((place) => noise[place] ?? NaN),
        samples,
      ),
      `class ${label}`,
    ).toBeLessThan(3e-6);
    expect(Math.max(...samples)).toBeGreaterThan(0.01);
  }
});

// Where a picture is nearly flat, the squares cancel in PyTorch's float32, which this computes in float64.
test('the masking map is PyTorch’s', () => {
  const map = maskingMap(picture, size, whole);
  const { places, samples } = expected.maskingMap;
  expect(
    furthest(
      places.map((place) => map[place] ?? NaN),
      samples,
    ),
  ).toBeLessThan(1e-2);
  expect(new Set(samples).size).toBeGreaterThan(5);
});

test('the logits are PyTorch’s, with the noise and without', async () => {
  expect(furthest(await logitsOf(picture), expected.logits.plain)).toBeLessThan(1e-3);
  const { label, rhoU, logits } = expected.logits.noisy;
  const noise = startingNoise(classFilter(generator.filters, label), rhoU, picture, size, whole);
  const noisy = picture.map((sample, i) => sample + (noise[i] ?? 0));
  expect(furthest(await logitsOf(noisy), logits)).toBeLessThan(1e-3);
});
