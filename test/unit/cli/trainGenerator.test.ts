import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { trainGeneratorCommand } from '../../../engine/cli/trainGenerator.ts';
import { loadGenerator, NOISE_VERSION } from '../../../engine/protect/index.ts';
import { runOf } from '../../fixtures/command.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { samplePhoto, writePhoto } from '../../fixtures/photos.ts';

const run = runOf(trainGeneratorCommand);
const pictures = temporaryFolder();
const out = temporaryFolder();

beforeAll(async () => {
  for (let n = 0; n < 96; n++) await writePhoto(pictures, `${n}.png`, { format: 'png', width: 80, height: 70 });
});

const train = (...more: string[]) =>
  run(pictures, '--out', out, '--name', 'tiny', '--pictures', '64', '--held', '32', '--batch', '16', '--width', '4', ...['--classes', '2', '--threads', '1'], ...more); // prettier-ignore

const card = (): string => readFileSync(join(out, 'MODEL_CARD.md'), 'utf8');

test('trains a generator that opens, and its card tells every setting of it and nothing that it has not met', async () => {
  const { code, err } = await train('--steps', '2');
  expect(err).toContain('The generator and its model card are in');
  expect(code).toBe(0);
  const { network } = await loadGenerator(out);
  expect(network).toMatchObject({ classes: 2, widths: [4, 8, 16, 24] });
  const weights = createHash('sha256').update(readFileSync(join(out, 'generator.safetensors'))).digest('hex'); // prettier-ignore
  for (const row of [
    `| SHA-256 of the weights | \`${weights}\` |`,
    '--steps 2 --batch 16 --width 4 --threads 1` |',
    '| seed | 1 |',
    'K_u 4 (none in the first 0 steps)',
    'crops of 60 to 100 % of the short edge',
    '| difficulty reached | 0.00 of 1: views as uploads are treated in 0.0 % of the batches, an adversary of up to 0.00/255 |',
    '| difficulty, 0 to 1 | up by 0.004 a step above an accuracy of 0.6, down by 0.002 below 0.45 (running mean) |',
    `noise version ${NOISE_VERSION}`,
  ]) {
    expect(card()).toContain(row);
  }
});

test('given more steps, it goes on, and the card says how', async () => {
  const { err } = await train('--steps', '4', '--raise-above', '0.5');
  expect(err).toContain('Going on from the checkpoint at step 2 of 4.');
  expect(card()).toContain('`, begun with `--steps 2`, interrupted at step 2, gone on with `--steps 4` |');
  expect(card()).toContain(
    'below 0.45; from step 2 on up by 0.004 a step above an accuracy of 0.5, down by 0.002 below 0.35',
  );
});

test('Ctrl-C while the pictures are read ends it, and leaves the checkpoint as it is', async () => {
  const read = (): string => createHash('sha256').update(readFileSync(join(out, 'generator.safetensors'))).digest('hex'); // prettier-ignore
  const before = [read(), readdirSync(join(out, 'checkpoint')).sort().join()];
  const running = train('--steps', '6');
  // The first thing it does that takes time.
  await setTimeout(20);
  process.emit('SIGINT');
  expect((await running).code).toBe(130);
  expect([read(), readdirSync(join(out, 'checkpoint')).sort().join()]).toEqual(before);
  expect((await train('--steps', '4')).code).toBe(0);
});

test('a training that diverges is no generator: the one that is there stays', async () => {
  const read = (): string[] => readdirSync(out).filter((name) => name !== 'checkpoint').map((name) => createHash('sha256').update(readFileSync(join(out, name))).digest('hex')); // prettier-ignore
  const before = read();
  rmSync(join(out, 'checkpoint'), { recursive: true });
  const { code, err } = await train('--steps', '30', '--learning-rate', '1e30');
  expect(code).toBe(2);
  expect(err).toMatch(
    /training went astray at step \d+: .* smaller learning rate \(train-generator: --learning-rate\)/,
  );
  expect(read()).toEqual(before);
  expect(readdirSync(join(out, 'checkpoint'))).toEqual([]);
  expect((await train('--steps', '4')).code).toBe(0);
});

test('a checkpoint on other pictures is refused: some that were trained on could be tested on', async () => {
  // More in the folder, and the random choice is another.
  for (let n = 0; n < 20; n++) copyFileSync(samplePhoto('cat'), join(pictures, `cat-${n}.jpg`));
  const { code, err } = await train('--steps', '6');
  expect(code).toBe(2);
  expect(err).toContain('belongs to a training on other pictures.');
});
