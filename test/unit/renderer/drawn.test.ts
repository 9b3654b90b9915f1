/** What components write, drawn without a window. */
import './localStorage.ts';
import { render } from 'svelte/server';
import { describe, expect, it, vi } from 'vitest';
import type { PhotoStatus, PhotoSummary, ProtectionDetails } from '../../../electron/ipc/contract.ts';
import { toColumns } from '../../../electron/ipc/photoColumns.ts';
import LearningCurves from '../../../renderer/src/components/LearningCurves.svelte';
import { selectOnly } from '../../../renderer/src/lib/selection.ts';
import { photos } from '../../../renderer/src/state/photos.svelte.ts';
import { viewer } from '../../../renderer/src/state/viewer.svelte.ts';
import Protection from '../../../renderer/src/views/settings/Protection.svelte';
import Caption from '../../../renderer/src/views/viewer/Caption.svelte';
import Toolbar from '../../../renderer/src/views/viewer/Toolbar.svelte';

/** The words of some HTML. */
const wordsOf = (html: string) => html.replace(/<style.*?<\/style>|<!--.*?-->/gs, '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '); // prettier-ignore

describe('the line under a photo', () => {
  const protection: ProtectionDetails = {
    protectionId: 3,
    albumName: 'Sea',
    createdAt: '2026-11-22T12:00:00.000Z',
    rhoU: 8,
    targetClass: 0,
    seed: 1,
    steps: 8,
    views: 2,
    alphaU: 1,
    rhoR: 4,
    momentum: 0.9,
    generator: 'test',
    generatorSha256: '',
    runtime: 'onnx/cpu',
    lossBefore: 1,
    lossAfter: 0,
    maxAbs: 8,
    psnr: 34,
    ssim: 0.99,
    seconds: 1,
    copyFormat: 'jpeg',
    copyBytes: 1,
    noiseSha256: '',
  };
  const draw = (status: PhotoStatus) => {
    const photo: PhotoSummary = {
      photoId: 1,
      name: '1.jpg',
      width: 3,
      height: 2,
      version: '',
      status,
      protectionId: 3,
    };
    return wordsOf(render(Caption, { props: { photo, protection } }).body);
  };

  it('says that the figures are of an earlier content, or of a protection that is to be replaced', () => {
    expect(draw('stale')).toMatch(/Changed since it was protected.* PSNR 34/);
    expect(draw('missing')).toMatch(/Original not found.* PSNR 34/);
    expect(draw('waiting')).toMatch(/Waiting to be protected.* PSNR 34/);
    expect(draw('protected')).not.toMatch(/Protected|protected/);
  });
});

describe('the line above a photo', () => {
  it('tells which photo it is and where it stands, when it is another one', async () => {
    const list = ['a.jpg', 'b.jpg'].map((name, index): PhotoSummary => ({ photoId: index + 1, name, width: 3, height: 2, version: '', status: 'stale', protectionId: 3 })); // prettier-ignore
    const request = () => Promise.resolve({ ok: true, value: { photos: toColumns(list), next: null } });
    vi.stubGlobal('window', { stillgrain: { request } });
    await photos.open(7);
    photos.selection = selectOnly(1);
    viewer.go(1);
    const drawn = viewer.photo === null ? '' : render(Toolbar, { props: { photo: viewer.photo } }).body;
    const line = /<p class="visually-hidden" role="status">(.*?)<\/p>/.exec(drawn)?.[1];
    expect(line).toBe('b.jpg, 2 of 2, Changed since it was protected');
  });
});

describe('what is said of the protection', () => {
  it('names how few unprotected photos undo it', () => {
    vi.stubGlobal('window', {});
    expect(wordsOf(render(Protection).body)).toMatch(
      /a fifth of each album left unprotected undid most of the protection/,
    );
  });

  it('calls a round of training what it is', () => {
    const curves = [
      { name: 'Originals', shares: [0, 1] },
      { name: 'Protected copies', shares: [0, 0.5] },
    ] as const;
    const drawn = render(LearningCurves, { props: { label: 'x', height: 'y', guess: 0.5, curves } }).body;
    expect(wordsOf(drawn)).toMatch(/rounds of training/);
  });
});
