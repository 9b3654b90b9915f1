import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { samplePhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
beforeAll(() => writeSmallGenerator(folder));

async function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const quick = [
    '--generator',
    folder,
    '--runtime',
    'onnx/cpu',
    '--threads',
    '1',
    '--rounds',
    '1',
    '--seconds',
    '0.01',
  ];
  return promisify(execFile)(process.execPath, [resolve('out/main/cli.js'), 'benchmark', ...quick, ...args]);
}

test('benchmark measures whole jobs in processes of their own, and writes its sections', async () => {
  const table = join(folder, 'benchmark.md');
  const sections = ['--section', 'job', '--section', 'peak', '--section', 'gradient'];
  const { stdout, stderr } = await run(...sections, '--megapixels', '1', '--json', '--table', table);
  const size = { megapixels: 1, ratio: { photo: { count: 1 }, album: { count: 1 } }, peakBytes: {} };
  expect(JSON.parse(stdout)).toMatchObject({
    sections: [
      { id: 'job', figures: { rows: [size] } },
      { id: 'peak', figures: { rows: [{ threads: 1 }] } },
      { id: 'gradient', figures: null },
    ],
  });
  expect(stderr).toContain('job: round 2, 1 megapixels, album');
  // What was left out is not in the file.
  expect(readFileSync(table, 'utf8').match(/^## /gm)).toHaveLength(2);
});

test('benchmark of one photo tells its parts', async () => {
  const { stdout } = await run(samplePhoto('cat'));
  expect(stdout).toMatch(/^\| whole \| \d/m);
  expect(stdout).toContain('jpeg, onnx/cpu, 1 rounds');
});

test('benchmark of steps draws strength over seconds, of photos that are named', async () => {
  const photos = join(folder, 'photos');
  mkdirSync(photos);
  copyFileSync(samplePhoto('cat'), join(photos, 'cat.jpg'));
  writeFileSync(join(photos, 'torn.jpg'), 'nothing');
  const chart = join(folder, 'steps.svg');
  const named = ['--section', 'steps', '--photos', photos, '--problems', '2', '--chart', chart];
  const { stdout, stderr } = await run(...named, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    sections: [{ id: 'steps', figures: { photos: 1, problems: 2, freshViews: 48 } }],
  });
  expect(stderr).toMatch(/Left out: .*torn\.jpg/);
  expect(readFileSync(chart, 'utf8')).toMatch(/^<svg [\s\S]*<polyline [\s\S]*<\/svg>\n$/);
  await expect(run('--section', 'peak', '--chart', chart)).rejects.toThrow('--section steps');
});
