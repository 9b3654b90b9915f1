import { expect, it } from 'vitest';
import { Thumbnail } from '../../../renderer/src/state/thumbnail.svelte.ts';

it('a picture that could not be had is asked for again when another one is wanted', () => {
  const thumbnail = new Thumbnail();
  expect(thumbnail.of('old')).toBe('loading');
  thumbnail.failed('old');
  expect([thumbnail.of('old'), thumbnail.of('new')]).toEqual(['broken', 'loading']);
  thumbnail.loaded();
  expect([thumbnail.of('new'), thumbnail.of('old')]).toEqual(['shown', 'shown']);
});

it('a picture that is shown stays until the newer one has come', () => {
  const thumbnail = new Thumbnail();
  thumbnail.loaded();
  expect(thumbnail.of('new')).toBe('shown');
  thumbnail.failed('new');
  expect([thumbnail.of('new'), thumbnail.of('newer')]).toEqual(['broken', 'loading']);
});
