import type { IpcMainInvokeEvent } from 'electron';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { albumHandlers } from '../../../../electron/ipc/albumHandlers.ts';
import { appHandlers } from '../../../../electron/ipc/appHandlers.ts';
import { requests, type Channel } from '../../../../electron/ipc/contract.ts';
import { exportHandlers } from '../../../../electron/ipc/exportHandlers.ts';
import { isOwnPage, registerHandlers, type Sender } from '../../../../electron/ipc/handle.ts';
import { jobHandlers } from '../../../../electron/ipc/jobHandlers.ts';
import { libraryHandlers } from '../../../../electron/ipc/libraryHandlers.ts';
import { runtimeHandlers } from '../../../../electron/ipc/runtimeHandlers.ts';
import { photoHandlers } from '../../../../electron/ipc/photoHandlers.ts';
import { protectionTestHandlers } from '../../../../electron/ipc/protectionTestHandlers.ts';
import { storageHandlers } from '../../../../electron/ipc/storageHandlers.ts';
import { writePhoto } from '../support/photos.ts';
import { openShop, type Shop } from '../support/shop.ts';

type Listener = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;

/** As much of an event as the handlers look at. */
function eventFrom(url: string, isMainFrame = true): IpcMainInvokeEvent {
  const frame = { url };
  const event: unknown = { senderFrame: frame, sender: { mainFrame: isMainFrame ? frame : { url } } };
  return event as IpcMainInvokeEvent;
}

const own = 'app://main/index.html';

describe('the program’s door', () => {
  let shop: Shop;
  let shown: string[];
  const listeners = new Map<string, Listener>();

  async function ask(channel: Channel, input?: unknown, event = eventFrom(own)): Promise<unknown> {
    return await listeners.get(channel)?.(event, input);
  }

  beforeEach(async () => {
    shop = await openShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    shown = [];
    const { services, log } = shop;
    const { catalog, settings, runtimes, engine, freshness, importer } = services;
    const { previews, queue, tester, exporter, makeAlbum, space } = services;
    const showInFolder = (path: string): void => void shown.push(path);
    const dialogs = {
      chooseFolders: () => Promise.resolve([shop.photos]),
      chooseFiles: () => Promise.resolve([]),
      chooseExportFolder: () => Promise.resolve(null),
    };
    listeners.clear();
    registerHandlers(
      { handle: (channel, listener) => void listeners.set(channel, listener) },
      {
        ...appHandlers({
          version: '1.2.3',
          platform: 'linux',
          sampleAlbum: true,
          notices: ['A damaged catalog was set aside.'],
          settings,
          describeEngine: () => engine.describe(),
          emit: log.emit,
        }),
        ...runtimeHandlers({ runtimes, engine, settings }),
        ...libraryHandlers({ importer, dialogs, sampleFolder: shop.photos }),
        ...albumHandlers({ catalog, freshness, tester, queue, makeAlbum, emit: log.emit, now: () => new Date() }),
        ...photoHandlers({ catalog, freshness, showInFolder }),
        ...jobHandlers(queue, previews),
        ...protectionTestHandlers(tester),
        ...exportHandlers({ exporter, dialogs, showInFolder }),
        ...storageHandlers(space),
      },
    );
  });

  test('has every channel of the contract and no other', () => {
    expect([...listeners.keys()].sort()).toEqual(Object.keys(requests).sort());
  });

  test('opens for our own main frame only', async () => {
    for (const event of [
      eventFrom('https://example.org/'),
      eventFrom('app://other/'),
      eventFrom('file:///etc/passwd'),
      eventFrom(own, false),
    ]) {
      expect(await ask('albums.list', undefined, event)).toMatchObject({ ok: false, failure: { code: 'bad-setting' } });
    }
    expect(await ask('albums.list')).toMatchObject({ ok: true, value: [{ name: 'Sea', photos: 2 }] });
  });

  test('refuses input that the contract does not know, in words', async () => {
    const page = { albumId: 1, after: null, limit: 10 };
    for (const input of [
      undefined,
      {},
      'x',
      ...[{ albumId: -1 }, { albumId: 1.5 }, { more: 2 }, { limit: 0 }, { after: { position: 1 } }].map((wrong) => ({
        ...page,
        ...wrong,
      })),
    ]) {
      expect(await ask('albums.photos', input)).toMatchObject({ ok: false, failure: { code: 'bad-setting' } });
    }
    expect(await ask('albums.photos', { ...page, albumId: 99 })).toMatchObject({
      ok: false,
      failure: { problem: 'This album is no longer in the catalog.' },
    });
  });

  test('gives an album page by page, as columns', async () => {
    const page = { albumId: shop.albumId, limit: 1 };
    const place = { position: 1, photoId: 1 };
    expect(await ask('albums.photos', { ...page, after: null })).toMatchObject({
      value: {
        photos: { photoIds: Float64Array.of(1), names: 'a.jpg', protectionIds: Float64Array.of(0) },
        next: place,
      },
    });
    expect(await ask('albums.photos', { ...page, after: place, limit: 2 })).toMatchObject({
      value: { photos: { photoIds: Float64Array.of(2), names: 'b.jpg' }, next: null },
    });
  });

  test('looks at the files of an album when the user comes back to it', async () => {
    writePhoto(join(shop.photos, 'a.jpg'), 'edited');
    expect(await ask('albums.check', { albumId: shop.albumId })).toEqual({ ok: true, value: null });
    await expect.poll(() => shop.log.last('photos.changed')?.photos.map(({ photoId }) => photoId)).toEqual([1]);
    expect(await ask('albums.check', { albumId: 99 })).toMatchObject({ ok: false });
  });

  test('tells of the program', async () => {
    const notices = ['A damaged catalog was set aside.'];
    expect(await ask('app.info')).toMatchObject({ ok: true, value: { version: '1.2.3', sampleAlbum: true, notices } });
    // A window that is opened later has nothing to tell again.
    expect(await ask('app.info')).toMatchObject({ value: { notices: [] } });
    expect(await ask('app.engine')).toMatchObject({
      ok: true,
      value: { generator: { name: 'test', classes: 8 }, runtime: { name: 'test/cpu' } },
    });
  });

  test('keeps settings, and tells of the change', async () => {
    expect(await ask('settings.set', { theme: 'dark' })).toMatchObject({ ok: true, value: { theme: 'dark', rhoU: 8 } });
    expect(shop.log.last('settings.changed')?.theme).toBe('dark');
    expect(await ask('settings.set', { rhoU: 99 })).toMatchObject({ ok: false });
    expect(await ask('settings.get')).toMatchObject({ value: { theme: 'dark', rhoU: 8 } });
  });

  test('removes an album and brings it back, but not while it is being protected', async () => {
    const album = { albumId: shop.albumId };
    expect(await ask('albums.remove', album)).toEqual({ ok: true, value: null });
    expect(await ask('albums.list')).toEqual({ ok: true, value: [] });
    expect(await ask('albums.restore', album)).toMatchObject({ ok: true, value: { photos: 2, targetClass: 0 } });
    const job = shop.services.queue.protectAlbum(shop.albumId, 8, null);
    shop.services.queue.pause(job.jobId);
    expect(await ask('albums.remove', album)).toMatchObject({
      ok: false,
      failure: { problem: '“Sea” is being protected.' },
    });
  });

  test('makes, renames and fills albums', async () => {
    expect(await ask('albums.create', { name: '  Wood ' })).toMatchObject({
      value: { albumId: 2, name: 'Wood', targetClass: 1 },
    });
    expect(await ask('albums.addPhotos', { albumId: 2, photoIds: [2, 1] })).toMatchObject({ ok: true });
    expect(await ask('albums.addPhotos', { albumId: 2, photoIds: [1, 77] })).toMatchObject({ ok: false });
    expect(await ask('albums.removePhotos', { albumId: 2, photoIds: [2] })).toMatchObject({ ok: true });
    expect(await ask('albums.rename', { albumId: 2, name: 'Forest' })).toMatchObject({
      value: { name: 'Forest', photos: 1, coverPhotoId: 1 },
    });
  });

  test('shows a photo’s details, upright, and its file', async () => {
    expect(await ask('photos.details', { photoId: 1 })).toMatchObject({
      value: { name: 'a.jpg', width: 30, height: 40, missing: false, protections: [] },
    });
    await ask('photos.showOriginal', { photoId: 1 });
    expect(shown).toEqual([`${shop.photos}/a.jpg`]);
  });

  test('says what a test of the protection lacks, and refuses it in the same words', async () => {
    const album = { albumId: shop.albumId };
    expect(await ask('protectionTest.show', album)).toMatchObject({
      ok: true,
      value: { albumId: shop.albumId, obstacle: { reason: 'protected' }, running: null, failure: null, last: null },
    });
    expect(await ask('protectionTest.start', album)).toMatchObject({
      ok: false,
      failure: { code: 'bad-setting', problem: expect.stringMatching(/“Sea” has no protected photo/) as string },
    });
    expect(await ask('protectionTest.cancel', album)).toEqual({ ok: true, value: null });
    for (const channel of ['protectionTest.show', 'protectionTest.start', 'protectionTest.cancel'] as const) {
      for (const input of [undefined, {}, { albumId: 0 }, { albumId: 1, epochs: 1 }]) {
        expect(await ask(channel, input), channel).toMatchObject({ ok: false });
      }
      expect(await ask(channel, album, eventFrom('https://example.org/'))).toMatchObject({ ok: false });
    }
    expect(await ask('protectionTest.show', { albumId: 99 })).toMatchObject({ ok: false });
  });

  test('protects, tells of the job, and exports', async () => {
    expect(await ask('jobs.protectAlbum', { albumId: 1, rhoU: 8, photoIds: null })).toMatchObject({
      value: { jobId: 1, total: 2 },
    });
    await shop.services.queue.idle();
    expect(await ask('jobs.list')).toMatchObject({ value: [{ state: 'done', done: 2 }] });
    expect(await ask('jobs.failures', { jobId: 1 })).toEqual({ ok: true, value: [] });
    expect(await ask('jobs.pause', { jobId: 9 })).toMatchObject({ ok: false });
    expect(await ask('jobs.clearFinished')).toEqual({ ok: true, value: null });
    expect(await ask('export.chooseFolder')).toEqual({ ok: true, value: null });
    expect(await ask('export.showInFolder', { exportId: 5 })).toMatchObject({ ok: false });
  });
});

test('a frame that has gone is nobody', () => {
  const gone: unknown = { senderFrame: null, sender: { mainFrame: {} } };
  expect(isOwnPage(gone as Sender)).toBe(false);
});
