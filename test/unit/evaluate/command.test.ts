import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evaluateCommand } from '../../../engine/cli/evaluate.ts';
import { EXIT } from '../../../engine/cli/output.ts';
import { closePhotoLibrary } from '../../../engine/photo/index.ts';
import { runOf } from '../../fixtures/command.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { writeCrops } from './albumFixture.ts';

const folder = temporaryFolder();
const albums = join(folder, 'my albums');
const generator = join(folder, 'generator');
beforeAll(async () => {
  mkdirSync(generator);
  await writeSmallGenerator(generator);
  await writeCrops(join(albums, 'night'), 'galaxies', 12);
  await writeCrops(join(albums, 'cup'), 'coffee-cup', 12);
});
afterAll(() => closePhotoLibrary());

const run = runOf(evaluateCommand);
const quick = ['--size', '16', '--epochs', '1', '--threads', '1'];

const answer = z.object({
  command: z.string(),
  machine: z.string(),
  date: z.iso.datetime(),
  seeds: z.array(z.number()),
  albums: z.array(z.object({ name: z.string() })),
  rows: z.array(
    z.object({ pictures: z.string(), upload: z.string(), runs: z.array(z.object({ accuracy: z.number() })) }),
  ),
  protection: z.object({ rhoU: z.number() }).nullable(),
});

describe('evaluate', () => {
  it('makes the copies, trains on both, answers JSON and adds to the table', async () => {
    const table = join(folder, 'table.md');
    const args = [
      albums,
      '--generator',
      generator,
      '--strength',
      'strong',
      '--upload',
      'jpeg-50',
      '--seeds',
      '2',
      '--table',
      table,
    ];
    const { out, code } = await run(...args, ...quick, '--json');
    expect(code).toBe(EXIT.done);
    const result = answer.parse(JSON.parse(out));
    expect(result.seeds).toEqual([1, 2]);
    expect(result.albums.map(({ name }) => name)).toEqual(['cup', 'night']);
    expect(result.rows.map(({ pictures, upload, runs }) => [pictures, upload, runs.length])).toEqual([
      ['originals', 'none', 2],
      ['protected', 'none', 2],
      ['protected', 'jpeg-50', 2],
    ]);
    expect(result.protection?.rhoU).toBe(16);

    const { out: words, err } = await run(albums, '--originals-only', '--seeds', '1', ...quick, '--table', table);
    expect(words).toContain('| originals |');
    expect(words).not.toContain('protected');
    expect(err).toMatch(/Training: 100 % \(originals, seed 1; 0 s left\)/);
    const written = readFileSync(table, 'utf8');
    expect(written.match(/^## Evaluation of /gm)).toHaveLength(2);
    expect(written.indexOf('protected, jpeg-50')).toBeLessThan(written.indexOf('originals only'));
    expect(existsSync(`${table}.part`)).toBe(false);
  });

  it('says what is wrong, as JSON too', async () => {
    const plain = await run(join(folder, 'nowhere'), '--originals-only');
    expect(plain).toMatchObject({ out: '', code: EXIT.unusable });
    expect(plain.err).toMatch(/There is no folder .*nowhere\. Check the name\./);
    const json = await run(join(albums, 'cup'), '--originals-only', '--json');
    expect(json.code).toBe(EXIT.unusable);
    expect(JSON.parse(json.out)).toHaveProperty('error.code', 'bad-setting');
    expect(json.out).toContain('two albums');
  });

  it.each([
    ['--work', 'my albums'],
    ['--work', 'my albums/work'],
    ['--protected', 'my albums/copies'],
  ])('refuses %s %s: it would be an album the next time', async (option, name) => {
    const { err, code } = await run(albums, option, join(folder, name), '--seeds', '1', ...quick);
    expect(code).toBe(EXIT.unusable);
    expect(err).toMatch(/lie one in the other.* Choose another folder with --/);
    expect(readdirSync(albums).sort()).toEqual(['cup', 'night']);
  });

  it('shows the result even when the table cannot be written', async () => {
    const { out, err, code } = await run(
      albums,
      '--originals-only',
      '--seeds',
      '1',
      ...quick,
      '--table',
      join(folder, 'no', 'table.md'),
    );
    expect(out).toContain('| originals |');
    expect(err).toContain('could not be written');
    expect(code).toBe(EXIT.someFailed);
  });
});
