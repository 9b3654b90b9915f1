import './localStorage.ts';
import { render } from 'svelte/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlbumSummary, ImportState } from '../../../electron/ipc/contract.ts';
import { albums } from '../../../renderer/src/state/albums.svelte.ts';
import { imports } from '../../../renderer/src/state/imports.svelte.ts';
import { protectionTests } from '../../../renderer/src/state/protectionTests.svelte.ts';
import { settings } from '../../../renderer/src/state/settings.svelte.ts';
import ProtectDialog from '../../../renderer/src/views/dialogs/ProtectDialog.svelte';
import TestDialog from '../../../renderer/src/views/dialogs/TestDialog.svelte';

const album = (albumId: number): AlbumSummary => ({ albumId, name: 'Sea', photos: 12, protected: 12, failed: 0, targetClass: 0, coverPhotoId: null, coverVersion: null }); // prettier-ignore
const quiet: ImportState = { running: false, cancelling: false, progress: null, result: null, failure: null };
let list: AlbumSummary[] = [];

beforeEach(() => {
  const request = (channel: string) => Promise.resolve({ ok: true, value: channel === 'albums.list' ? list : null });
  vi.stubGlobal('window', { stillgrain: { request } });
});

/** What a page says, without its marks. */
const words = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('a test that lacks a second album', () => {
  const dialog = (): string => words(render(TestDialog, { props: { album: album(1) } }).body);

  beforeEach(async () => {
    settings.info = { version: '1', platform: 'linux', sampleAlbum: true, notices: [] };
    const obstacle = { reason: 'others', problem: 'There is nothing to tell “Sea” from.', remedy: 'Add one.' } as const;
    protectionTests.take({ albumId: 1, obstacle, running: null, failure: null, last: null });
    list = [album(1)];
    await albums.load();
  });

  /** An import begins, and its photos come to be this album, one of `ids`. */
  async function fill(begin: () => Promise<void>, albumId: number, ids: readonly number[]): Promise<void> {
    await begin();
    imports.take({ ...quiet, running: true });
    const counts = { added: 12, duplicates: 0, foundAgain: 0, broughtBack: [], ownCopies: 0, failures: [], cancelled: false, sentence: '' }; // prettier-ignore
    imports.take({ ...quiet, result: { albumIds: [albumId], ...counts } });
    list = ids.map(album);
    await albums.load();
  }

  it('offers the sample album until it is there, and again when it has been removed', async () => {
    await fill(() => imports.add(['/photos'], null), 2, [1, 2]);
    expect(dialog()).toContain('Add the sample album');
    await fill(() => imports.addSample(), 3, [1, 2, 3]);
    expect(dialog()).toContain('Add a folder…');
    expect(dialog()).not.toContain('Add the sample album');
    list = [album(1)];
    await albums.load();
    expect(dialog()).toContain('Add the sample album');
  });

  it('offers a folder when it is the sample album itself', async () => {
    await fill(() => imports.addSample(), 1, [1]);
    expect(dialog()).toContain('Add a folder…');
    expect(dialog()).not.toContain('Add the sample album');
  });
});

it('protected copies are said to be kept', () => {
  const { body } = render(ProtectDialog, { props: { album: album(1), photoIds: null } });
  expect(words(body)).toContain('Stillgrain keeps the protected copies in its library.');
});
