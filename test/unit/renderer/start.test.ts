import './localStorage.ts';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { EventName, PhotoSummary } from '../../../electron/ipc/contract.ts';
import { toColumns } from '../../../electron/ipc/photoColumns.ts';
import { photos } from '../../../renderer/src/state/photos.svelte.ts';
import { start } from '../../../renderer/src/state/start.svelte.ts';

it('reads the open album again when it is told that all of its photos have changed, and no other album', async () => {
  const listeners = new Map<EventName, (payload: { albumId: number }) => void>();
  const photo: PhotoSummary = { photoId: 1, name: '1.jpg', width: 3, height: 2, status: 'new', protectionId: null };
  const readings: number[] = [];
  const request = (_channel: string, { albumId }: { albumId: number }) => {
    readings.push(albumId);
    return Promise.resolve({ ok: true, value: { photos: toColumns([photo]), next: null } });
  };
  const on = (event: EventName, listener: (payload: { albumId: number }) => void) => {
    listeners.set(event, listener);
    return () => listeners.delete(event);
  };
  vi.stubGlobal('window', { stillgrain: { request, on } });
  const stop = start.follow();
  onTestFinished(stop);
  await photos.open(7);

  photo.status = 'waiting';
  listeners.get('photos.allChanged')?.({ albumId: 8 });
  listeners.get('photos.allChanged')?.({ albumId: 7 });
  await vi.waitFor(() => expect(photos.byId.get(1)?.status).toBe('waiting'));
  expect(readings).toEqual([7, 7]);
});
