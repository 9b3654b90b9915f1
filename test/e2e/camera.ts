/** Pictures of the program's states, kept under test-results/screenshots/ for people to look at. */
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { imagesDrawn, screenshots } from './support.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
] as const;
const THEMES = ['dark', 'light'] as const;

/** Takes `<state>-<width>x<height>-<theme>.png` for every size and theme. */
export function camera(page: Page, electron: ElectronApplication) {
  mkdirSync(screenshots, { recursive: true });
  return async (state: string, once = false): Promise<void> => {
    for (const size of once ? SIZES.slice(0, 1) : SIZES) {
      await electron.evaluate(({ BrowserWindow }, { width, height }) => {
        BrowserWindow.getAllWindows()[0]!.setContentSize(width, height);
      }, size);
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(size.width);
      for (const theme of once ? THEMES.slice(0, 1) : THEMES) {
        await page.evaluate((wanted) => window.stillgrain.request('settings.set', { theme: wanted }), theme);
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        if (!once) await imagesDrawn(page);
        const name = `${state}-${size.width}x${size.height}-${theme}.png`;
        await page.screenshot({ path: join(screenshots, name), animations: 'disabled' });
      }
    }
  };
}
