/** What the end-to-end tests share: folders of their own, real photos, waiting for states, pictures of them. */
import { expect, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launch, type LaunchOptions, type RunningProgram } from './driver.ts';

export const samples = resolve('assets/sample-album');
export const screenshots = resolve('test-results/screenshots');

/** The smallest photos of the sample album, so that a test is soon done. */
export const smallPhotos = ['astronaut.jpg', 'cat.jpg', 'coffee-cup.jpg', 'rocket-launch.jpg'] as const;

/** A temporary folder with a place for the program's data, one for photos and one for exports. */
export interface Bench {
  userData: string;
  photos: string;
  exports: string;
  remove(): void;
}

export function makeBench(files: readonly string[] = smallPhotos): Bench {
  const root = mkdtempSync(join(tmpdir(), 'stillgrain-e2e-'));
  const bench = { userData: join(root, 'data'), photos: join(root, 'Summer'), exports: join(root, 'For upload') };
  for (const folder of Object.values(bench)) mkdirSync(folder);
  for (const file of files) cpSync(join(samples, file), join(bench.photos, file));
  return { ...bench, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Starts the program; its dialogs answer with `dialogs` in turn. What goes wrong in the page fails the test. */
export async function start(
  bench: Bench,
  dialogs: readonly (readonly string[])[] = [],
  options: Partial<LaunchOptions> = {},
): Promise<RunningProgram & { problems: string[] }> {
  const program = await launch({
    userData: bench.userData,
    ...options,
    args: [`--test-dialogs=${JSON.stringify(dialogs)}`, ...(options.args ?? [])],
  });
  const problems: string[] = [];
  program.page.on('pageerror', (error) => problems.push(error.message));
  program.page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return { ...program, problems };
}

/** Adds the bench's folder by the button of the empty state; the first dialog answers with it. */
export async function importFolder(page: Page, photos: number): Promise<void> {
  await page.getByRole('button', { name: 'Add a folder…' }).click();
  await expect(page.getByText(`${photos} ${photos === 1 ? 'photo' : 'photos'} added.`)).toBeVisible();
  await expect(page.getByRole('gridcell')).toHaveCount(photos);
}

/** Protects the whole album with a strength and waits for the end. */
export async function protectAlbum(page: Page, strength: 'Subtle' | 'Standard' | 'Strong'): Promise<void> {
  await page.getByRole('button', { name: /Protect my album/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Protect/ });
  await dialog.getByRole('radio', { name: strength }).check();
  await dialog.getByRole('button', { name: /^Protect \d+ photos?$/ }).click();
  await expect(dialog).toBeHidden();
}

/** Waits until every photo of the open album is protected. */
export async function allProtected(page: Page): Promise<void> {
  await expect(page.getByRole('main').getByText('all protected')).toBeVisible({ timeout: 150_000 });
}

/** Content hash and time of change of every file in a folder: what must not change of originals. */
export function fingerprint(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const path = join(folder, name);
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return [name, `${hash} ${statSync(path).mtimeMs}`];
    }),
  );
}

/** Waits until the pictures that are to be seen have been drawn. */
export async function imagesDrawn(page: Page): Promise<void> {
  await expect
    .poll(
      () =>
        page.evaluate(() =>
          [...document.images]
            .filter((image) => {
              const box = image.getBoundingClientRect();
              return box.bottom > 0 && box.top < innerHeight && box.width > 0;
            })
            .every((image) => image.complete && image.naturalWidth > 0),
        ),
      { timeout: 30_000 },
    )
    .toBe(true);
}
