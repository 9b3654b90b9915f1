import type { AfterPackContext } from 'electron-builder';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes out of the unpacked program what Electron brings and we never use. */
export default async function afterPack({ appOutDir, electronPlatformName }: AfterPackContext): Promise<void> {
  await rm(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
  if (electronPlatformName === 'darwin') return;
  // The interface is in English: Chromium's own words in sixty other languages are 40 MB that nobody reads.
  const locales = join(appOutDir, 'locales');
  for (const name of await readdir(locales)) {
    if (!name.startsWith('en-')) await rm(join(locales, name));
  }
}
