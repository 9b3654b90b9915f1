import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXIT } from '../../../engine/cli/output.ts';
import { visibilityCommand } from '../../../engine/cli/visibility.ts';
import { closePhotoLibrary, inspectPhoto } from '../../../engine/photo/index.ts';
import { runOf } from '../../fixtures/command.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { writePhoto } from '../../fixtures/photos.ts';
import { writeCrops } from '../evaluate/albumFixture.ts';

const folder = temporaryFolder();
const photos = join(folder, 'photos');
const albums = join(folder, 'albums');
const generator = join(folder, 'generator');
beforeAll(async () => {
  for (const each of [photos, generator]) mkdirSync(each);
  await writeSmallGenerator(generator);
  await writePhoto(photos, 'cat.jpg', { format: 'jpeg' });
  await writePhoto(photos, 'sky.png', { format: 'png', of: 'rocket-launch', orientation: 6 });
  await writeCrops(join(albums, 'night'), 'galaxies', 12);
  await writeCrops(join(albums, 'cup'), 'coffee-cup', 12);
});
afterAll(() => closePhotoLibrary());

const run = runOf(visibilityCommand);
const quick = ['--generator', generator, '--threads', '1'];

const figures = z.object({
  psnr: z.number(),
  ssim: z.number(),
  meanDeltaE: z.number(),
  p99DeltaE: z.number(),
  maxAbs: z.number(),
  atLimit: z.number(),
  budget: z.number(),
});
const answer = z.object({
  command: z.string(),
  settings: z.array(
    z.object({
      rhoU: z.number(),
      masking: z.object({ floor: z.number() }),
      photos: z.array(figures.extend({ name: z.string() })),
      mean: figures,
      stranger: z.number().nullable(),
    }),
  ),
  references: z.object({ originals: z.number(), chance: z.number() }).nullable(),
  failures: z.array(z.object({ code: z.string() })),
});

describe('visibility', () => {
  it('measures every photo at every setting, with a contact sheet of each and a table', async () => {
    const [out, table] = [join(folder, 'out'), join(folder, 'table.md')];
    const settings = ['--strength', 'subtle', '--strength', '16/255', '--mask', '0.2', '--mask', 'off'];
    const size = ['--per-kind', '1', '--tile', '48'];
    const { out: printed, code } = await run(photos, ...settings, '--out', out, ...size, '--table', table, ...quick, '--json'); // prettier-ignore
    expect(code).toBe(EXIT.done);
    const { settings: found, references } = answer.parse(JSON.parse(printed));
    expect(references).toBeNull();
    expect(found.map(({ rhoU, masking }) => [rhoU, masking.floor])).toEqual([[4, 0.2], [4, 1], [16, 0.2], [16, 1]]); // prettier-ignore
    for (const { photos: each, rhoU, masking, mean } of found) {
      expect(each.map(({ name }) => name)).toEqual(['cat', 'sky']);
      expect(mean.maxAbs).toBeLessThanOrEqual(rhoU);
      if (masking.floor === 1) expect(mean.budget).toBe(1);
      else expect(mean.budget).toBeLessThan(1);
    }
    const [masked, unmasked, , strong] = found.map(({ mean }) => mean);
    // More noise is further from the original by every figure.
    for (const [less, more] of [
      [masked, unmasked],
      [unmasked, strong],
    ]) {
      // prettier-ignore
      if (!less || !more) throw new Error('a setting is missing');
      expect(more.psnr).toBeLessThan(less.psnr);
      expect(more.ssim).toBeLessThan(less.ssim);
      expect(more.meanDeltaE).toBeGreaterThan(less.meanDeltaE);
      expect(more.p99DeltaE).toBeGreaterThan(less.p99DeltaE);
    }
    for (const name of ['strength-4-floor-0.2', 'strength-16-no-mask']) {
      const sheet = await inspectPhoto(join(out, `${name}.png`));
      expect(sheet.width).toBeGreaterThan(5 * 48);
      expect(readdirSync(join(out, name)).sort()).toEqual(['cat.png', 'sky.png']);
    }
    expect(readFileSync(table, 'utf8')).toMatch(/^## Visibility of [\s\S]*\| 4\/255, floor 0\.2 \|[\s\S]*Budget: /);
    expect((await run(photos, '--table', table, ...quick)).out).toContain('| sky |');
    expect(readFileSync(table, 'utf8')).toMatch(/<details>[\s\S]*\| cat \|[\s\S]*\| mean \|[\s\S]*<\/details>\n$/);
  });

  it('draws the curve of a stranger that trains at each setting, and says which photos it could not read', async () => {
    const mixed = join(folder, 'mixed');
    mkdirSync(mixed);
    await writePhoto(mixed, 'cat.jpg', { format: 'jpeg' });
    writeFileSync(join(mixed, 'torn.jpg'), 'nothing');
    const chart = join(folder, 'curve.svg');
    const stranger = ['--albums', albums, '--epochs', '1', '--size', '16', '--chart', chart];
    const { out, err, code } = await run(mixed, '--strength', '4/255', '--strength', '8/255', ...stranger, ...quick, '--json'); // prettier-ignore
    expect(code).toBe(EXIT.someFailed);
    const { settings, references, failures } = answer.parse(JSON.parse(out));
    expect(settings.map(({ stranger: accuracy }) => accuracy)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(references?.chance).toBe(0.5);
    expect(failures).toMatchObject([{ code: 'not-a-photo' }]);
    expect(err).toMatch(/Stranger 2 of 2/);
    expect(readFileSync(chart, 'utf8')).toMatch(/^<svg [\s\S]*<polyline [\s\S]*<\/svg>\n$/);
  });

  it('says in words what cannot be done', async () => {
    const nowhere = await run(join(folder, 'nowhere'));
    expect(nowhere).toMatchObject({ out: '', code: EXIT.unusable });
    expect(nowhere.err).toMatch(/There is no folder .*nowhere\. Check the name\./);
    const lonely = await run(photos, '--chart', join(folder, 'none.svg'));
    expect(lonely.err).toContain('--albums');
    expect(existsSync(join(folder, 'none.svg'))).toBe(false);
  });

  it.each([
    ['--out', 'albums/out'],
    ['--work', 'albums/work'],
    ['--work', 'photos/work'],
  ])('refuses %s %s: it would be taken for photos the next time', async (option, name) => {
    const { err, code } = await run(photos, '--albums', albums, option, join(folder, name), ...quick);
    expect(code).toBe(EXIT.unusable);
    expect(err).toContain(`Choose another folder with ${option}.`);
    expect(existsSync(join(folder, name))).toBe(false);
  });
});
