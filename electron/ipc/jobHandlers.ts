import type { Previews } from '../jobs/previews.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Handlers } from './handle.ts';

type Group =
  | 'jobs.protectAlbum'
  | 'jobs.preview'
  | 'jobs.list'
  | 'jobs.pause'
  | 'jobs.resume'
  | 'jobs.cancel'
  | 'jobs.retry'
  | 'jobs.failures'
  | 'jobs.clearFinished';

export function jobHandlers(queue: JobQueue, previews: Previews): Pick<Handlers, Group> {
  return {
    'jobs.protectAlbum': ({ albumId, rhoU, photoIds }) => queue.protectAlbum(albumId, rhoU, photoIds),
    'jobs.preview': ({ albumId, photoId, rhoU }) => previews.make(albumId, photoId, rhoU),
    'jobs.list': () => queue.list(),
    'jobs.pause': ({ jobId }) => {
      queue.pause(jobId);
      return null;
    },
    'jobs.resume': ({ jobId }) => {
      queue.resume(jobId);
      return null;
    },
    'jobs.cancel': ({ jobId }) => {
      queue.cancel(jobId);
      return null;
    },
    'jobs.retry': ({ jobId }) => {
      queue.retry(jobId);
      return null;
    },
    'jobs.failures': ({ jobId }) => queue.failures(jobId),
    'jobs.clearFinished': () => {
      queue.clearFinished();
      return null;
    },
  };
}
