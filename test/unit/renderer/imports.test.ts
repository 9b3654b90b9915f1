import './localStorage.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlbumSummary, ImportState } from '../../../electron/ipc/contract.ts';
import { albums } from '../../../renderer/src/state/albums.svelte.ts';
import { imports } from '../../../renderer/src/state/imports.svelte.ts';
import { notices } from '../../../renderer/src/state/notices.svelte.ts';
import { route } from '../../../renderer/src/state/route.svelte.ts';

const nothing: ImportState = { running: false, cancelling: false, progress: null, result: null, failure: null };
const result = {
  albumIds: [2],
  added: 3,
  duplicates: 0,
  foundAgain: 0,
  broughtBack: [],
  ownCopies: 0,
  failures: [],
  cancelled: false,
  sentence: '3 photos added.',
};
const album = (albumId: number): AlbumSummary => ({ albumId, name: 'Sea', photos: 3, protected: 0, failed: 0, targetClass: 0, coverPhotoId: null, coverVersion: null }); // prettier-ignore
const requests: string[] = [];

beforeEach(() => {
  requests.length = 0;
  const request = (channel: string) => {
    requests.push(channel);
    return Promise.resolve({ ok: true, value: channel === 'albums.list' ? [album(1), album(2)] : null });
  };
  vi.stubGlobal('window', { stillgrain: { request } });
  albums.openId = 1;
  route.close();
  route.show('album');
  imports.take(nothing);
  for (const { id } of notices.list) notices.dismiss(id);
});

async function end(state: Partial<ImportState>): Promise<void> {
  imports.take({ ...nothing, running: true });
  imports.take({ ...nothing, ...state });
  await new Promise((turn) => setTimeout(turn, 0));
}

describe('the end of an import', () => {
  it('shows the album that was filled', async () => {
    await end({ result });
    expect([albums.openId, imports.result?.sentence]).toEqual([2, '3 photos added.']);
  });

  it('leaves the album where it is under an open dialog, and whoever is at another screen', async () => {
    route.open({ name: 'protect', albumId: 1, photoIds: null });
    await end({ result });
    expect(albums.openId).toBe(1);
    route.close();
    route.show('queue');
    await end({ result });
    expect([albums.openId, route.screen]).toEqual([1, 'queue']);
  });

  it('with a failure is told once, and a window that is opened later has nothing to tell', async () => {
    const failure = { code: 'catalog-corrupt', problem: 'The catalog is damaged.', remedy: 'Start again.', file: null };
    await end({ failure } as Partial<ImportState>);
    expect(notices.list.map(({ sentence }) => sentence)).toEqual(['The catalog is damaged. Start again.']);
    expect(requests).toContain('library.dismissImport');
  });
});
