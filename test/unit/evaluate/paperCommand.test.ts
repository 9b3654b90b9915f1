import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { evaluatePaperCommand } from '../../../engine/cli/evaluatePaper.ts';
import { EXIT } from '../../../engine/cli/output.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const folder = temporaryFolder();

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

async function run(...args: string[]): Promise<{ out: string; err: string; code: unknown }> {
  const written = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((written.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((written.err += String(text)), true));
  const on = vi.spyOn(process, 'on').mockImplementation(() => process);
  try {
    await evaluatePaperCommand().exitOverride().parseAsync(args, { from: 'user' });
  } finally {
    on.mockRestore();
  }
  return { ...written, code: process.exitCode };
}

it('says where CIFAR-10 comes from when it is not there', async () => {
  vi.stubEnv('STILLGRAIN_CIFAR10', undefined);
  const { out, err, code } = await run('--work', join(folder, 'work'));
  expect(code).toBe(EXIT.unusable);
  expect(err).toContain('CIFAR-10 is not there. Start with npm run evaluate-paper');
  expect(out).toBe('');
});

it('says it of a folder that is not CIFAR-10, as JSON too', async () => {
  const { out, code } = await run('--data', join(folder, 'nowhere'), '--json');
  expect(code).toBe(EXIT.unusable);
  expect(JSON.parse(out)).toHaveProperty('error.code', 'vanished');
});

it.each([
  [['--method', 'glaze'], 'Allowed choices are em, tap, ntga, sc, rem, sem.'],
  [['--radius', '0', '17'], 'Use a whole number from 0 to 16.'],
  [['--configuration', 'huge'], 'Allowed choices are reduced, full.'],
])('refuses %j', async (args, words) => {
  await expect(run(...args)).rejects.toThrow(words);
});
