import { expect, it } from 'vitest';
import type { PhotoSummary } from '../../../electron/ipc/contract.ts';
import { photos } from '../../../renderer/src/state/photos.svelte.ts';
import { Picture } from '../../../renderer/src/state/picture.svelte.ts';

it('a picture that could not be had is asked for again when another one is wanted', () => {
  const picture = new Picture();
  expect(picture.of('old')).toBe('loading');
  picture.failed('old');
  expect([picture.of('old'), picture.of('new')]).toEqual(['broken', 'loading']);
  picture.loaded();
  expect([picture.of('new'), picture.of('old')]).toEqual(['shown', 'shown']);
});

it('a picture that is shown stays until the newer one has come', () => {
  const picture = new Picture();
  picture.loaded();
  expect(picture.of('new')).toBe('shown');
  picture.failed('new');
  expect([picture.of('new'), picture.of('newer')]).toEqual(['broken', 'loading']);
});

it('a picture of a photo is asked for again when its file has been found again, and on every return', async () => {
  const photo: PhotoSummary = { photoId: 1, name: '1.jpg', width: 3, height: 2, version: 'a1', status: 'missing', protectionId: null }; // prettier-ignore
  const picture = new Picture();
  picture.failed(photos.sightingOf(photo));
  expect(picture.of(photos.sightingOf(photo))).toBe('broken');
  expect(picture.of(photos.sightingOf({ ...photo, status: 'protected' }))).toBe('loading');
  await photos.comeBack();
  expect(picture.of(photos.sightingOf(photo))).toBe('loading');
});
