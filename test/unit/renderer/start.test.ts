import './localStorage.ts';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { EventName, PhotoSummary } from '../../../electron/ipc/contract.ts';
import { toColumns } from '../../../electron/ipc/photoColumns.ts';
import { photos } from '../../../renderer/src/state/photos.svelte.ts';
import { start } from '../../../renderer/src/state/start.svelte.ts';

type Listener = (payload: { albumId: number; photos?: PhotoSummary[] }) => void;

/** A window that is told by `tell`, and the requests that it made, with their albums. */
function openWindow(photo: PhotoSummary): {
  page: EventTarget;
  tell: (event: EventName, payload: Parameters<Listener>[0]) => void;
  asked: [string, number | undefined][];
} {
  // prettier-ignore
  const listeners = new Map<EventName, Listener>();
  const asked: [string, number | undefined][] = [];
  const request = (channel: string, input?: { albumId: number }) => {
    asked.push([channel, input?.albumId]);
    const value =
      channel === 'albums.photos' ? { photos: toColumns([photo]), next: null } : channel === 'albums.list' ? [] : null;
    return Promise.resolve({ ok: true, value });
  };
  const on = (event: EventName, listener: Listener) => {
    listeners.set(event, listener);
    return () => listeners.delete(event);
  };
  const page = Object.assign(new EventTarget(), { stillgrain: { request, on } });
  vi.stubGlobal('window', page);
  onTestFinished(start.follow());
  return { page, tell: (event, payload) => listeners.get(event)?.(payload), asked };
}

beforeEach(() => photos.open(null));

it('reads the open album again when it is told that all of its photos have changed, and no other album', async () => {
  const photo: PhotoSummary = { photoId: 1, name: '1.jpg', width: 3, height: 2, version: 'a1', status: 'new', protectionId: null }; // prettier-ignore
  const { tell, asked } = openWindow(photo);
  await photos.open(7);

  photo.status = 'waiting';
  tell('photos.allChanged', { albumId: 8 });
  tell('photos.allChanged', { albumId: 7 });
  await vi.waitFor(() => expect(photos.byId.get(1)?.status).toBe('waiting'));
  expect(asked).toEqual([
    ['albums.photos', 7],
    ['albums.photos', 7],
  ]);
});

it('has the files of the open album looked at when the user comes back to the window', async () => {
  const photo: PhotoSummary = { photoId: 1, name: '1.jpg', width: 3, height: 2, version: 'a1', status: 'new', protectionId: null }; // prettier-ignore
  const { page, tell, asked } = openWindow(photo);
  page.dispatchEvent(new Event('focus'));
  expect(asked).toEqual([]);
  await photos.open(7);
  const before = photos.returns;
  page.dispatchEvent(new Event('focus'));
  expect(asked.at(-1)).toEqual(['albums.check', 7]);
  expect(photos.returns).toBe(before + 1);

  // Edited to the same size: only its picture is another one.
  tell('photos.changed', { albumId: 7, photos: [{ ...photo, version: 'b2' }] });
  expect(photos.byId.get(1)?.version).toBe('b2');
});

it('reads the album again when a photo has another shape', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const photo: PhotoSummary = { photoId: 1, name: '1.jpg', width: 3, height: 2, version: 'a1', status: 'new', protectionId: null }; // prettier-ignore
  const { tell, asked } = openWindow(photo);
  await photos.open(7);
  photo.width = 9;
  tell('photos.changed', { albumId: 7, photos: [{ ...photo }] });
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.filter(([channel]) => channel === 'albums.photos')).toHaveLength(2);
  expect(photos.shown.map(({ width }) => width)).toEqual([9]);
});
