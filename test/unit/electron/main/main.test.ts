import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseImageAddress } from '../../../../electron/main/imageAddress.ts';
import { DEFAULT_SETTINGS, SettingsStore } from '../../../../electron/main/settings.ts';
import { scriptedDialogs } from '../../../../electron/main/testDialogs.ts';
import { isVisibleOn, readWindowState, writeWindowState } from '../../../../electron/main/windowState.ts';
import { temporaryFolder } from '../support/folders.ts';

describe('an address of a picture', () => {
  test.each([
    ['photo://thumb/7?edge=240', { kind: 'thumb', id: 7, edge: 240 }],
    ['photo://thumb/7', { kind: 'thumb', id: 7, edge: 320 }],
    ['photo://original/1', { kind: 'original', id: 1 }],
    ['photo://original/1?v=0123456789ab', { kind: 'original', id: 1 }],
    ['photo://thumb/7?edge=240&v=0123456789ab', { kind: 'thumb', id: 7, edge: 240 }],
    ['photo://protected/2', { kind: 'protected', id: 2 }],
    ['photo://noise/3', { kind: 'noise', id: 3 }],
    ['photo://preview/4', { kind: 'preview', id: 4 }],
    ['photo://preview-noise/5', { kind: 'preview-noise', id: 5 }],
  ])('%s is known', (address, request) => {
    expect(parseImageAddress(address)).toEqual(request);
  });

  test.each([
    'photo://thumb/',
    'photo://thumb/0',
    'photo://thumb/-1',
    'photo://thumb/1.5',
    'photo://thumb/1e3',
    'photo://thumb/7?edge=0',
    'photo://thumb/7?edge=5',
    'photo://thumb/7?edge=99999',
    'photo://thumb/7?edge=x',
    'photo://original/1/2',
    'photo://original/%2e%2e%2fetc',
    'photo://original/99999999999999999999',
    'photo://other/1',
    'app://original/1',
    'not an address',
  ])('%s is not', (address) => {
    expect(parseImageAddress(address)).toBeNull();
  });
});

describe('settings', () => {
  test('are the usual ones at first, and are kept', async () => {
    const folder = temporaryFolder();
    const store = new SettingsStore(folder);
    expect(store.get()).toEqual(DEFAULT_SETTINGS);
    await Promise.all([store.set({ theme: 'dark', workWhen: undefined }), store.set({ rhoU: 16 })]);
    const again = new SettingsStore(folder);
    expect(again.get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', rhoU: 16 });
    expect(again.notice).toBeNull();
  });

  test.each(['not JSON', '{"theme":"pink"}', '[]', ''])(
    'that are damaged (%j) are the usual ones, with a notice',
    (text) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'settings.json'), text);
      const store = new SettingsStore(folder);
      expect(store.get()).toEqual(DEFAULT_SETTINGS);
      expect(store.notice).toMatch(/could not be read/);
      expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(text);
    },
  );
});

test('settings of an earlier version get the usual value for what is new', () => {
  const folder = temporaryFolder();
  const { priority, workWhen, ...earlier } = DEFAULT_SETTINGS;
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...earlier, theme: 'dark' }));
  const store = new SettingsStore(folder);
  expect(store.notice).toBeNull();
  expect(store.get()).toEqual({ ...earlier, theme: 'dark', priority, workWhen });
});

describe('the window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 };

  test('is remembered; a damaged memory is none', () => {
    const path = join(temporaryFolder(), 'window.json');
    expect(readWindowState(path)).toBeNull();
    const state = { bounds: { x: 5, y: 6, width: 1000, height: 700 }, maximized: true };
    writeWindowState(path, state);
    expect(readWindowState(path)).toEqual(state);
    writeFileSync(path, '{"bounds":{"x":"a"}}');
    expect(readWindowState(path)).toBeNull();
  });

  test.each([
    [{ x: 100, y: 100, width: 900, height: 600 }, true],
    [{ x: -800, y: 0, width: 900, height: 600 }, true],
    [{ x: -880, y: 0, width: 900, height: 600 }, false],
    [{ x: 3000, y: 0, width: 900, height: 600 }, false],
  ])('at %j is on the screen: %s', (bounds, visible) => {
    expect(isVisibleOn(bounds, [screen])).toBe(visible);
  });
});

test('scripted dialogs answer in their order, then as if cancelled', async () => {
  const dialogs = scriptedDialogs('[["/a","/b"],[],["/out"]]');
  expect(await dialogs.chooseFolders()).toEqual(['/a', '/b']);
  expect(await dialogs.chooseFiles()).toEqual([]);
  expect(await dialogs.chooseExportFolder()).toBe('/out');
  expect(await dialogs.chooseExportFolder()).toBeNull();
  // Nobody is there to press it: a test that ends the program would hang.
  expect(await dialogs.confirmQuit({ message: 'Exporting.', detail: '' })).toBe(true);
  expect(() => scriptedDialogs('{"a":1}')).toThrow();
});
