/** Work without a window: the program stays while there is some, comes back, and ends with the last job. */
import { expect, test } from '@playwright/test';
import { importFolder, makeBench, protectAlbum, smallPhotos, start } from './support.ts';

test('a closed window does not stop a job; the program comes back when it is asked for, and ends with the job', async () => {
  const bench = makeBench();
  const { page, electron, process, problems } = await start(bench, [[bench.photos]]);
  if (electron === null) throw new Error('a packaged program has no door to its main process');
  const windows = (): Promise<number> => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

  await importFolder(page, smallPhotos.length);
  // Held by the settings, so that the test decides when the work goes on: nobody is at a computer without a screen.
  await page.evaluate(() => window.stillgrain.request('settings.set', { workWhen: 'idle' }));
  await electron.evaluate(({ powerMonitor }) => {
    powerMonitor.getSystemIdleTime = () => 0;
  });
  await protectAlbum(page, 'Standard');
  await expect(page.getByText('Goes on when nobody is at the computer')).toBeVisible();

  await page.close();
  await expect.poll(windows).toBe(0);
  expect([process.exitCode, process.signalCode]).toEqual([null, null]);

  const again = electron.waitForEvent('window');
  await electron.evaluate(({ app }) => app.emit('second-instance'));
  const second = await again;
  await second.waitForLoadState();
  await expect(second.getByText('Goes on when nobody is at the computer')).toBeVisible();
  // What came of the import is still to be read, too.
  await expect(second.getByText(`${smallPhotos.length} photos added.`)).toBeVisible();

  await second.close();
  await expect.poll(windows).toBe(0);
  expect([process.exitCode, process.signalCode]).toEqual([null, null]);
  const ended = new Promise<void>((resolve) => process.once('exit', () => resolve()));
  await electron.evaluate(({ powerMonitor }) => {
    powerMonitor.getSystemIdleTime = () => 3600;
  });
  await ended;
  expect([process.exitCode, process.signalCode]).toEqual([0, null]);
  expect(problems).toEqual([]);

  const after = await start(bench);
  await expect(after.page.getByText('all protected').first()).toBeVisible();
  await after.close();
  bench.remove();
});
