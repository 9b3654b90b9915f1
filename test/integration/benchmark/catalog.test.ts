import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/folder.ts';

const table = join(temporaryFolder(), 'benchmark.md');

test('benchmark:catalog runs, tells its progress, and writes its section', async () => {
  const sizes = ['--size', '5', '--size', '10'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    resolve('scripts/benchmark/catalog.ts'),
    ...sizes,
    ...['--rounds', '1', '--json', '--table', table],
  ]);
  const answer: unknown = JSON.parse(stdout);
  expect(answer).toMatchObject({ sections: [{ id: 'catalog', figures: { rounds: 1 } }] });
  expect(stderr).toContain('Round 1 of 1: 10 photos');
  expect(readFileSync(table, 'utf8')).toContain(
    '- Command: `npm run benchmark:catalog -- --size 5 --size 10 --rounds 1',
  );
});
