/** Test my protection: a short stranger on two small albums, in the background, kept, and cancelled; with pictures. */
import { expect, test, type Page } from '@playwright/test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { camera } from './camera.ts';
import { writeCrops } from './pixels.ts';
import { allProtected, makeBench, protectAlbum, samples, start } from './support.ts';

const COUNT = 12;
const FOUND =
  /^Trained on your originals, a model recognized [0-4] of 4 clean photos of “Summer” among 2 albums; trained on your protected copies, [0-4] of 4\. Guessing would get about 2\.$/;

const MISTAKEN =
  /Of 4 clean photos of other albums, the first model took (\d) for photos of this album too, the second (\d)\./;

const openTest = async (page: Page) => {
  await page.getByRole('button', { name: 'Test my protection' }).click();
  return page.getByRole('dialog', { name: 'Test my protection' });
};

test('an album is tested in the background, its result is there after a restart, and a test can be cancelled', async () => {
  test.setTimeout(600_000);
  const bench = makeBench([]);
  await writeCrops(bench.photos, join(samples, 'raccoon.jpg'), COUNT);

  const first = await start(bench, [[bench.photos]]);
  let found: string;
  try {
    const { page } = first;
    const take = camera(page, first.electron!);
    await page.getByRole('button', { name: 'Add a folder…' }).click();
    await expect(page.getByText(`${COUNT} photos added.`)).toBeVisible();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(page.getByRole('button', { name: 'Test my protection' })).toBeDisabled();
    await protectAlbum(page, 'Standard');
    await allProtected(page);

    await page.keyboard.press('t');
    const dialog = page.getByRole('dialog', { name: 'Test my protection' });
    await expect(dialog.getByText(/There is nothing to tell “Summer” from/)).toBeVisible();
    await take('test-nothing-else');
    await dialog.getByRole('button', { name: 'Add the sample album' }).click();
    await expect(dialog.getByText(/plays the stranger/)).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Start the test' })).toBeEnabled();
    await take('test-offer');
    await dialog.getByRole('button', { name: 'Start the test' }).press('Enter');
    await expect(dialog.getByRole('progressbar', { name: 'Testing the protection' })).toBeVisible();
    await expect(dialog.getByText('Training a model on the originals')).toBeVisible({ timeout: 120_000 });
    await take('test-running', true);
    await dialog.getByRole('button', { name: 'Continue in the background' }).click();
    const strip = page.getByRole('region', { name: 'Test of this album’s protection' });
    await expect(strip.getByText(/left$/)).toBeVisible();
    await take('test-in-background', true);

    await expect(page.getByText('The test of “Summer” is done.')).toBeVisible({ timeout: 300_000 });
    await expect(strip).toBeHidden();
    await page.getByRole('button', { name: 'Show it' }).click();
    const sentence = dialog.getByRole('paragraph').filter({ hasText: FOUND });
    await expect(sentence).toBeVisible();
    found = (await sentence.textContent())!;
    const chart = dialog.getByRole('img', { name: FOUND });
    await expect(chart).toBeVisible();
    for (const name of ['Originals', 'Protected copies', 'Guessing 50 %'])
      await expect(chart.getByText(name)).toBeVisible();
    await expect(dialog.getByText(/This is a short test: one small model, one seed, few photos\./)).toBeVisible();
    await expect(
      dialog.getByText('Summer (8 photos, protected); Sample album (8 photos, not protected)'),
    ).toBeVisible();
    await take('test-done');
    await dialog.getByText('The curves as a table').click();
    const rows = dialog.getByRole('table').getByRole('row');
    expect(await rows.count()).toBeGreaterThan(10);
    // The last row and the sentences say the same: right about each album's photos, both counting alike.
    const said = (await dialog.getByText(MISTAKEN).textContent())!;
    const recognized = /recognized (\d) of 4.*copies, (\d) of 4/.exec(found)!.slice(1).map(Number);
    const mistaken = MISTAKEN.exec(said)!.slice(1).map(Number);
    const right = recognized.map((own, i) => `${Math.round(12.5 * (own + 4 - mistaken[i]!))} %`);
    await expect(rows.last().getByRole('cell')).toHaveText(right);
    expect(first.problems).toEqual([]);
  } finally {
    await first.close();
  }

  const second = await start(bench);
  try {
    const { page } = second;
    await page
      .getByRole('navigation', { name: 'Albums' })
      .getByRole('button', { name: /^Summer/ })
      .click();
    const dialog = await openTest(page);
    await expect(dialog.getByRole('paragraph').filter({ hasText: found })).toBeVisible();

    await dialog.getByRole('button', { name: 'Test again' }).click();
    await expect(dialog.getByText('Training a model on the originals')).toBeVisible({ timeout: 120_000 });
    await dialog.getByRole('button', { name: 'Cancel the test' }).click();
    await expect(dialog.getByRole('progressbar')).toBeHidden();
    await expect(dialog.getByRole('paragraph').filter({ hasText: found }), 'the test before is kept').toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Test again' })).toBeEnabled();

    // What cannot be tested says why: here, photos that are gone.
    for (let n = 1; n <= 4; n += 1) rmSync(join(bench.photos, `crop ${n}.jpg`));
    await dialog.getByRole('button', { name: 'Test again' }).click();
    await expect(dialog.getByRole('alert')).toContainText(
      'Only 8 photos of “Summer” are still there as they were protected. A test needs at least 10.',
    );
    await camera(page, second.electron!)('test-failed');
    expect(second.problems.filter((problem) => !problem.includes('404'))).toEqual([]);
  } finally {
    await second.close();
  }
  bench.remove();
});
