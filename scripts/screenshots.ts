/**
 * The pictures of the README, taken of the real program with the sample album: `npm run screenshots`.
 * Writes docs/screenshots/grid.png and compare.png.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launch } from '../test/e2e/driver.ts';

const SIZE = { width: 1440, height: 900 };
const target = resolve('docs/screenshots');
const userData = mkdtempSync(join(tmpdir(), 'stillgrain-screenshots-'));
mkdirSync(target, { recursive: true });

const program = await launch({ userData });
try {
  const { page, electron } = program;
  if (electron === null) throw new Error('The pictures are taken of the build, not of a package.');
  page.setDefaultTimeout(180_000);
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setMenuBarVisibility(false);
    window?.setContentSize(width, height);
  }, SIZE);

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await page.getByRole('button', { name: 'Queue' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Try the sample album' }).click();
  await page.getByText('12 photos added.').waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('button', { name: /Protect my album/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Protect/ });
  await dialog.getByRole('radio', { name: 'Standard' }).check();
  await dialog.getByRole('button', { name: 'Protect 12 photos' }).click();
  await page.getByRole('region', { name: 'Protection of this album' }).getByText('Protecting 8 of 12').waitFor();
  await page.screenshot({ path: join(target, 'grid.png'), animations: 'disabled' });

  await page.getByRole('main').getByText('all protected').waitFor();
  await page.getByRole('gridcell', { name: /^raccoon\.jpg/ }).click();
  await page.keyboard.press('y');
  for (const name of ['Original', 'Protected']) {
    await page.waitForFunction(`document.querySelector('img[alt=${name}]')?.naturalWidth === 1024`);
  }
  await page.getByText(/^PSNR \d/).waitFor();
  const notice = page.getByRole('button', { name: 'Dismiss' });
  if ((await notice.count()) > 0) await notice.first().click();
  await page.screenshot({ path: join(target, 'compare.png'), animations: 'disabled' });
  console.log(`Written to ${target}: grid.png, compare.png`);
} finally {
  await program.close();
  rmSync(userData, { recursive: true, force: true });
}
