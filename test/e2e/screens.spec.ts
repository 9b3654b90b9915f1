/**
 * Every state of the interface, shown by the real program, in both themes and at two sizes. The pictures are kept
 * under test-results/screenshots/ for people to look at; that each state is reached is what is tested.
 */
import { expect, test, type Page } from '@playwright/test';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { camera } from './camera.ts';
import { writeNoisePhotos } from './pixels.ts';
import { makeBench, protectAlbum, samples, start } from './support.ts';

const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
const closeDialog = (page: Page) => page.keyboard.press('Escape');

test('every state', async () => {
  test.setTimeout(600_000);
  const photos = ['astronaut.jpg', 'cat.jpg', 'coffee-cup.jpg', 'galaxies.jpg', 'raccoon.jpg', 'rocket-launch.jpg'];
  const bench = makeBench(photos);
  const many = join(bench.exports, 'many');
  mkdirSync(many);
  await writeNoisePhotos(many, 400);
  const program = await start(bench, [[bench.photos], [bench.exports], [many]]);
  const { page } = program;
  const take = camera(page, program.electron!);
  try {
    await test.step('empty', async () => {
      await expect(page.getByRole('heading', { name: 'Drop photos or folders here' })).toBeVisible();
      await expect(page.getByRole('button', { name: 'Try the sample album' })).toBeVisible();
      await take('empty');
    });

    await test.step('grid', async () => {
      // Whole at the import, cut off later: a photo that fails while the album is protected.
      const cut = readFileSync(join(samples, 'river-otter.jpg'));
      writeFileSync(join(bench.photos, 'river-otter.jpg'), cut);
      writeFileSync(join(bench.photos, 'not-a-photo.jpg'), 'Only text.');
      await page.getByRole('button', { name: 'Add a folder…' }).click();
      await expect(page.getByText('7 photos added. 1 could not be added.')).toBeVisible();
      await expect(page.getByRole('gridcell')).toHaveCount(7);
      await page.getByText('What could not be added, and why').click();
      await expect(page.getByText('not-a-photo.jpg', { exact: true })).toBeVisible();
      await take('imported');
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await take('grid');
    });

    await test.step('protect', async () => {
      await page.getByRole('button', { name: /Protect my album/ }).click();
      const sheet = dialog(page, /^Protect/);
      await sheet.getByRole('radio', { name: 'Standard' }).check();
      await expect(sheet.getByText(/^PSNR \d/)).toBeVisible();
      await expect(sheet.getByText(/7 photos, .* on this computer/)).toBeVisible();
      await take('protect');
      await closeDialog(page);
    });

    await test.step('protecting', async () => {
      writeFileSync(
        join(bench.photos, 'river-otter.jpg'),
        readFileSync(join(samples, 'river-otter.jpg')).subarray(0, 90_000),
      );
      await protectAlbum(page, 'Standard');
      const job = page.getByRole('region', { name: 'Protection of this album' });
      // Photos under way are finished first.
      await job.getByRole('button', { name: 'Pause' }).click();
      await expect(job.getByText(/^Paused after/)).toBeVisible();
      await take('paused');
      await job.getByRole('button', { name: 'Resume' }).click();
      await expect(job.getByRole('button', { name: 'Pause' })).toBeVisible();
      await take('protecting', true);
    });

    await test.step('failed', async () => {
      const failed = page.getByRole('region', { name: 'Photos that could not be protected' });
      await expect(failed).toBeVisible({ timeout: 120_000 });
      await failed.getByRole('button', { name: 'Show the reasons' }).click();
      await expect(failed.getByText('river-otter.jpg', { exact: true })).toBeVisible();
      await take('failed');
      await page.getByRole('button', { name: /^Queue/ }).click();
      await expect(page.getByRole('heading', { name: 'Finished' })).toBeVisible();
      await take('queue');
      await page
        .getByRole('navigation', { name: 'Albums' })
        .getByRole('button', { name: /^Summer/ })
        .click();
    });

    await test.step('too few photos for a test', async () => {
      await page.getByRole('button', { name: 'Test my protection' }).click();
      const sheet = dialog(page, 'Test my protection');
      await expect(sheet.getByText(/“Summer” has 6 protected photos\. A test needs at least 10/)).toBeVisible();
      await expect(sheet.getByRole('button', { name: 'Start the test' })).toBeDisabled();
      await take('test-too-few');
      await closeDialog(page);
    });

    await test.step('loupe and compare', async () => {
      await page.getByRole('gridcell', { name: /^raccoon\.jpg/ }).dblclick();
      await take('loupe');
      await page.keyboard.press('y');
      await take('compare');
      await page.keyboard.press('s');
      await page.keyboard.press('i');
      await take('side-by-side');
      await page.keyboard.press('i');
      await page.keyboard.press('n');
      await take('noise');
      await page.keyboard.press('g');
    });

    await test.step('export', async () => {
      await page.getByRole('button', { name: 'Export for upload' }).click();
      const sheet = dialog(page, 'Export for upload');
      await sheet.getByRole('button', { name: 'Choose a folder…' }).click();
      await expect(sheet.getByText(bench.exports)).toBeVisible();
      await take('export');
      // Gone after it was protected: a copy that cannot be rendered any more.
      rmSync(join(bench.photos, 'cat.jpg'));
      await sheet.getByRole('button', { name: 'Export 6 photos' }).click();
      await expect(sheet.getByText('5 photos written, 1 could not be written.')).toBeVisible();
      await take('exported');
      await sheet.getByRole('button', { name: 'Done' }).click();
    });

    await test.step('settings and keys', async () => {
      await page.getByRole('button', { name: 'Settings' }).click();
      await expect(page.getByRole('heading', { name: 'Default strength' })).toBeVisible();
      await take('settings');
      await page.getByRole('radio', { name: 'Processing' }).check();
      await expect(page.getByText('Now in use: Processor.')).toBeVisible();
      const ways = page.getByRole('table', { name: 'Ways of computing' });
      await expect(ways.getByRole('radio', { name: /^Automatic/ })).toBeChecked();
      // On a machine without a graphics card; whatever there is, the processor's row is right and measured.
      const processor = ways.getByRole('row', { name: /^Processor Yes/ });
      await expect(processor.getByRole('cell').last()).toHaveText(/[0-9]$/);
      await expect(ways.getByRole('row', { name: /^Processor, plain \(slow\) Yes/ })).toBeVisible();
      await take('processing');
      await ways.getByRole('radio', { name: 'Processor, plain (slow)', exact: true }).check();
      await expect(page.getByText('Now in use: Processor, plain (slow).')).toBeVisible({ timeout: 60_000 });
      await ways.getByRole('radio', { name: /^Automatic/ }).check();
      await expect(page.getByText('Now in use: Processor.')).toBeVisible({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Measure again' }).click();
      await expect(page.getByRole('progressbar', { name: 'Trying every way of computing' })).toBeVisible();
      await take('measuring', true);
      await expect(page.getByRole('button', { name: 'Measure again' })).toBeEnabled({ timeout: 120_000 });
      await page.getByRole('radio', { name: 'What protection does' }).check();
      await expect(page.getByText('It is not unbreakable.')).toBeVisible();
      await take('what-protection-does');
      await page.keyboard.press('?');
      await expect(dialog(page, 'Keys')).toBeVisible();
      await take('keys');
      await closeDialog(page);
    });

    await test.step('importing', async () => {
      await page.keyboard.press('ControlOrMeta+o');
      const adding = page.getByRole('region', { name: 'Adding photos' });
      await expect(adding.getByText(/added of/)).toBeVisible();
      await take('importing', true);
      await adding.getByRole('button', { name: 'Cancel' }).click();
      await expect(page.getByText('The rest was left out because you cancelled.')).toBeVisible();
    });
    expect(program.problems.filter((problem) => !problem.includes('404'))).toEqual([]);
  } finally {
    await program.close();
    bench.remove();
  }
});
