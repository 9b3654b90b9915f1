import { app } from 'electron';
import { join, resolve } from 'node:path';

/** The built main process: `out/main`. */
const MAIN_FOLDER = import.meta.dirname;

/** Files of the build, and the app's assets: beside the sources in a checkout, in the resources when packaged. */
export function buildPaths(): {
  renderer: string;
  preload: string;
  engineHost: string;
  photoHost: string;
  trialHost: string;
  generator: string;
  sampleAlbum: string;
  trayIcon: string;
} {
  const assets = app.isPackaged ? join(process.resourcesPath, 'assets') : resolve(MAIN_FOLDER, '../../assets');
  return {
    renderer: join(MAIN_FOLDER, '../renderer'),
    preload: join(MAIN_FOLDER, '../preload/index.cjs'),
    engineHost: join(MAIN_FOLDER, 'engineHost.js'),
    photoHost: join(MAIN_FOLDER, 'photoHost.js'),
    trialHost: join(MAIN_FOLDER, 'trialHost.js'),
    generator: join(assets, 'generator'),
    sampleAlbum: join(assets, 'sample-album'),
    trayIcon: join(assets, 'icons', '32x32.png'),
  };
}
