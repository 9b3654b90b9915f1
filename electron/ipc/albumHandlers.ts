import { UserError } from '../../engine/errors.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Emit } from '../events.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { ProtectionTester } from '../jobs/protectionTester.ts';
import type { MakeAlbum } from '../library/albumMaker.ts';
import type { Freshness } from '../library/freshness.ts';
import type { Handlers } from './handle.ts';
import { toColumns } from './photoColumns.ts';

type Group =
  | 'albums.list'
  | 'albums.create'
  | 'albums.rename'
  | 'albums.remove'
  | 'albums.restore'
  | 'albums.photos'
  | 'albums.check'
  | 'albums.removePhotos'
  | 'albums.addPhotos';

/** How soon an album is looked through again when the user comes back from another program. */
const RETURN_QUIET_MS = 3_000;

export interface AlbumParts {
  catalog: Catalog;
  freshness: Pick<Freshness, 'checkAlbum'>;
  tester: Pick<ProtectionTester, 'cancel'>;
  queue: Pick<JobQueue, 'removePhotos' | 'addPhotos'>;
  makeAlbum: MakeAlbum;
  emit: Emit;
  now: () => Date;
}

export function albumHandlers(parts: AlbumParts): Pick<Handlers, Group> {
  const { catalog, freshness, emit } = parts;
  const now = (): string => parts.now().toISOString();
  const lookThrough = (albumId: number, quietMs?: number): void => {
    freshness.checkAlbum(albumId, quietMs).catch((thrown: unknown) => console.error(thrown));
  };
  const changed = (albumId: number): void => emit('albums.changed', { albumIds: [albumId] });

  return {
    'albums.list': () => catalog.albums.summaries(),
    'albums.create': async ({ name }) => {
      const albumId = await parts.makeAlbum(name, null);
      changed(albumId);
      return catalog.albums.summary(albumId);
    },
    'albums.rename': ({ albumId, name }) => {
      catalog.albums.present(albumId);
      catalog.albums.rename(albumId, name);
      changed(albumId);
      return catalog.albums.summary(albumId);
    },
    'albums.remove': ({ albumId }) => {
      const album = catalog.albums.present(albumId);
      if (catalog.jobs.list().some((job) => job.albumId === albumId && isUnfinished(job.state))) {
        throw new UserError(
          'bad-setting',
          `“${album.name}” is being protected.`,
          'Cancel its job in the queue first, then remove the album.',
        );
      }
      parts.tester.cancel(albumId);
      catalog.albums.setRemoved(albumId, now());
      changed(albumId);
      return null;
    },
    'albums.restore': ({ albumId }) => {
      catalog.albums.get(albumId);
      catalog.albums.setRemoved(albumId, null);
      changed(albumId);
      return catalog.albums.summary(albumId);
    },
    'albums.photos': ({ albumId, after, limit }) => {
      catalog.albums.present(albumId);
      const { photos, next } = catalog.albumPhotos.page(albumId, after, limit);
      // Not before the window has all of them: looking through many files keeps the machine busy.
      if (next === null) lookThrough(albumId);
      return { photos: toColumns(photos), next };
    },
    'albums.check': ({ albumId }) => {
      catalog.albums.present(albumId);
      lookThrough(albumId, RETURN_QUIET_MS);
      return null;
    },
    'albums.removePhotos': ({ albumId, photoIds }) => {
      catalog.albums.present(albumId);
      parts.queue.removePhotos(albumId, photoIds);
      changed(albumId);
      return null;
    },
    'albums.addPhotos': ({ albumId, photoIds }) => {
      catalog.albums.present(albumId);
      parts.queue.addPhotos(albumId, photoIds);
      changed(albumId);
      return null;
    },
  };
}

function isUnfinished(state: string): boolean {
  return state === 'waiting' || state === 'running' || state === 'paused';
}
