import { BrowserWindow, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import { isVisibleOn, readWindowState, writeWindowState } from './windowState.ts';

const USUAL = { width: 1280, height: 800 };
const LEAST = { minWidth: 900, minHeight: 600 };

/** Opens the window where it was last, on the interface's page. */
export function openWindow(dataFolder: string, preload: string): BrowserWindow {
  const statePath = join(dataFolder, 'window.json');
  const last = readWindowState(statePath);
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...USUAL,
    ...LEAST,
    ...(last !== null && isVisibleOn(last.bounds, areas) ? last.bounds : {}),
    show: false,
    title: 'Stillgrain',
    // The interface's own ground, so that nothing flashes before the first paint.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1c1c1c' : '#e6e6e6',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (last?.maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(statePath, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  return window;
}
