import { expect, test } from 'vitest';
import { batchSection, callShapes } from '../../../engine/benchmark/sections/batch.ts';
import { loadGenerator } from '../../../engine/protect/index.ts';
import { photoNoiseSettings } from '../../../engine/sem/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { settingWith } from './sectionSetting.ts';

const canvas = { width: 100, height: 64, pixels: Float32Array.from({ length: 3 * 6400 }, (_, i) => (i % 97) / 97) };

test('views in a second are told for every shape of a call, and against the shipped one', async () => {
  const folder = temporaryFolder();
  await writeSmallGenerator(folder);
  const generator = await loadGenerator(folder);
  const { views } = photoNoiseSettings(8);
  const runtimes = [{ id: 'onnx/cpu' as const, seconds: null }];
  const turns: string[] = [];
  const section = await batchSection(generator, canvas, {
    ...settingWith(folder, { runtimes, rounds: 3 }),
    onTurn: (what) => turns.push(what),
  });
  const shapes = callShapes(views);
  expect(shapes).toContainEqual({ photos: 1, views });
  expect(turns).toHaveLength(3 * shapes.length);
  expect(section.rows).toHaveLength(shapes.length);
  const shipped = section.rows.filter(([name]) => name?.includes('shipped'));
  expect(shipped).toEqual([[`**1 × ${views}**, shipped`, expect.stringMatching(/^\d/), '1.00 (1.00 to 1.00) ×']]);
  expect(section.figures).toMatchObject({ rounds: 3, runtime: 'onnx/cpu' });
});

test('where nothing can compute, the section says so', async () => {
  const folder = temporaryFolder();
  await writeSmallGenerator(folder);
  const { figures, notes } = await batchSection(await loadGenerator(folder), canvas, settingWith(folder));
  expect(figures).toBeNull();
  expect(notes.join()).toContain('no runtime');
});
