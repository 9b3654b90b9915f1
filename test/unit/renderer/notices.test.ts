import './localStorage.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlbumSummary } from '../../../electron/ipc/contract.ts';
import { albums } from '../../../renderer/src/state/albums.svelte.ts';
import { notices } from '../../../renderer/src/state/notices.svelte.ts';

const album = (albumId: number, name: string): AlbumSummary => ({ albumId, name, photos: 3, protected: 0, failed: 0, targetClass: 0, coverPhotoId: null, coverVersion: null }); // prettier-ignore
const all = [album(1, 'Sea'), album(2, 'Sky'), album(3, 'Sun')];
const removed = new Set<number>();
const sentences = () => notices.list.map(({ sentence }) => sentence);

beforeEach(async () => {
  vi.useFakeTimers();
  removed.clear();
  const request = (channel: string, input?: { albumId: number }) => {
    if (channel === 'albums.remove') removed.add(input?.albumId ?? 0);
    if (channel === 'albums.restore') removed.delete(input?.albumId ?? 0);
    const value = channel === 'albums.list' ? all.filter(({ albumId }) => !removed.has(albumId)) : null;
    return Promise.resolve({ ok: true, value });
  };
  vi.stubGlobal('window', { stillgrain: { request } });
  for (const { id } of notices.list) notices.dismiss(id);
  await albums.load();
});
afterEach(() => void vi.useRealTimers());

describe('the removal of an album', () => {
  it('can be undone until it is dismissed, whatever else is told meanwhile', async () => {
    await albums.remove(1);
    for (let n = 1; n <= 6; n++) notices.tell('error', `Error ${n}.`);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(sentences()).toEqual([expect.stringMatching(/^“Sea” was removed/), 'Error 4.', 'Error 5.', 'Error 6.']);
    notices.list[0]?.action?.run();
    await vi.waitFor(() => expect(albums.list).toHaveLength(3));
    notices.dismiss(notices.list[0]?.id ?? 0);
    expect(sentences()).toEqual(['Error 4.', 'Error 5.', 'Error 6.']);
  });

  it('can be undone beside that of others, and gives way when there are many', async () => {
    for (const albumId of [1, 2, 3]) await albums.remove(albumId);
    notices.tell('error', 'Error.');
    const removals = ['Sea', 'Sky', 'Sun'].map((name): unknown => expect.stringContaining(`“${name}” was removed`));
    expect(sentences()).toEqual([...removals, 'Error.']);
    notices.list[1]?.action?.run();
    await vi.waitFor(() => expect(albums.list.map(({ name }) => name)).toEqual(['Sky']));
    await albums.remove(2);
    expect(sentences()).toEqual([removals[1], removals[2], 'Error.', removals[1]]);
  });
});

describe('other notices', () => {
  it('leave by themselves, errors aside, and are few', async () => {
    for (let n = 1; n <= 5; n++) notices.tell('info', `Info ${n}.`);
    notices.tell('error', 'Error.');
    notices.tell('error', 'Error.');
    expect(sentences()).toEqual(['Info 3.', 'Info 4.', 'Info 5.', 'Error.']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sentences()).toEqual(['Error.']);
  });
});
