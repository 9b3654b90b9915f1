import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Input, PhotoSummary } from '../../../electron/ipc/contract.ts';
import { toColumns } from '../../../electron/ipc/photoColumns.ts';
import { photos } from '../../../renderer/src/state/photos.svelte.ts';
import { Preview } from '../../../renderer/src/state/preview.svelte.ts';

const photo: PhotoSummary = {
  photoId: 1,
  name: '1.jpg',
  width: 3,
  height: 2,
  version: 'a1',
  status: 'new',
  protectionId: null,
};
const asked: Input<'jobs.preview'>[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  const request = (channel: string, input: Input<'jobs.preview'>) => {
    if (channel === 'albums.photos') {
      return Promise.resolve({ ok: true, value: { photos: toColumns([photo]), next: null } });
    }
    asked.push(input);
    return Promise.resolve({
      ok: true,
      value: { previewId: asked.length, psnr: 34, ssim: 0.99, maxAbs: 8, seconds: 1 },
    });
  };
  vi.stubGlobal('window', { stillgrain: { request } });
});
afterEach(() => void vi.useRealTimers());

it('asks once for a photo and a strength, however often the album is read again meanwhile', async () => {
  await photos.open(7);
  const preview = new Preview();
  preview.show(7, [1], 8);
  for (let second = 0; second < 5; second++) {
    await vi.advanceTimersByTimeAsync(150);
    preview.show(7, [1], 8);
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([{ albumId: 7, photoId: 1, rhoU: 8 }]);
  expect(preview.result?.previewId).toBe(1);
  preview.show(7, [1], 16);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.map(({ rhoU }) => rhoU)).toEqual([8, 16]);
});

it('asks again for a preview that the main process has let go of', async () => {
  const kept = Number(/KEPT = (\d+)/.exec(readFileSync('electron/jobs/previews.ts', 'utf8'))?.[1]);
  await photos.open(7);
  const preview = new Preview();
  const show = async (rhoU: number) => {
    preview.show(7, [1], rhoU);
    await vi.advanceTimersByTimeAsync(1000);
  };
  for (let rhoU = 1; rhoU <= kept + 1; rhoU++) await show(rhoU);
  expect(asked).toHaveLength(kept + 1);
  await show(2);
  expect(preview.result?.previewId).toBe(2);
  await show(1);
  expect(asked).toHaveLength(kept + 2);
  expect(preview.result?.previewId).toBe(kept + 2);
  // Made anew, it is the newest.
  await show(3);
  await show(1);
  expect(asked).toHaveLength(kept + 2);
});
