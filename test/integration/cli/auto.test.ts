import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runtimeTable, type RuntimeTable } from '../../../engine/auto/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { samplePhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
const cache = join(folder, 'cache');

/** The built command line, with a cache of its own. */
async function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [resolve('out/main/cli.js'), ...args], {
    env: { ...process.env, STILLGRAIN_CACHE: cache },
  });
}

test('doctor tries every runtime in a process of its own, and protect takes the one that it remembered', async () => {
  const { stdout } = await run('doctor', '--json');
  const { runtimes } = z.object({ runtimes: runtimeTable }).parse(JSON.parse(stdout));
  const rowOf = (id: string): RuntimeTable['rows'][number] | undefined => runtimes.rows.find((row) => row.id === id);
  expect(rowOf('onnx/cpu')).toMatchObject({ state: 'right', relativeError: 0 });
  expect(rowOf('tfjs-cpu')).toMatchObject({ state: 'right' });
  expect(rowOf('tfjs-cpu')?.relativeError).toBeGreaterThan(0);
  expect(rowOf(runtimes.chosen ?? '')).toMatchObject({ state: 'right' });
  const kept: unknown = JSON.parse(readFileSync(join(cache, 'runtimes.json'), 'utf8'));
  expect(kept).toEqual({ version: 2, tables: [runtimes] });

  const album = join(folder, 'Album');
  mkdirSync(album);
  symlinkSync(samplePhoto('cat'), join(album, 'cat.jpg'));
  const protection = await run('protect', album, '--out', join(folder, 'copies'));
  expect(protection.stderr).toContain(`Protecting 1 photos with ${runtimes.chosen ?? ''} `);
  expect(protection.stderr).not.toContain('Trying');
});
