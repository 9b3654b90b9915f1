/** Brings the state up and keeps it in step with what the main process tells. */
import type { Failure } from '../../../electron/ipc/contract.ts';
import { failureOf, on } from '../lib/api.ts';
import { albums } from './albums.svelte.ts';
import { exports } from './exports.svelte.ts';
import { imports } from './imports.svelte.ts';
import { jobs } from './jobs.svelte.ts';
import { notices } from './notices.svelte.ts';
import { photos } from './photos.svelte.ts';
import { runtimes } from './runtimes.svelte.ts';
import { protectionTests } from './protectionTests.svelte.ts';
import { settings } from './settings.svelte.ts';

/** An album that is being filled tells so often; reading it this often, in ms, is enough to see it grow. */
const REREAD_EVERY = 700;
/** Photos that are read again at leisure in one millisecond: a large album is read less often. */
const REREAD_SPEED = 20;

class Start {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state.raw<Failure | null>(null);

  /** Loads everything; may be called again after a failure. */
  async load(): Promise<void> {
    this.state = 'loading';
    try {
      await Promise.all([settings.load(), albums.load(), jobs.load(), imports.load(), exports.load()]);
      this.state = 'ready';
      void notices.attempt(() => settings.loadEngine());
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.state = 'failed';
    }
  }

  /** Follows the main process until the returned function is called. */
  follow(): () => void {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let unknownPhotos = false;
    const reread = async () => {
      timer = null;
      await albums.load();
      if (photos.loading) {
        soon();
        return;
      }
      // What changes of photos is told one by one; the whole album is read when photos have come or gone.
      const counted = albums.list.find((album) => album.albumId === photos.albumId)?.photos;
      const changed = counted !== undefined && counted !== photos.byId.size;
      if (changed || unknownPhotos) await photos.reload();
      unknownPhotos = false;
    };
    const soon = () => {
      const wait = Math.max(REREAD_EVERY, photos.byId.size / REREAD_SPEED);
      timer ??= setTimeout(() => void notices.attempt(reread), wait);
    };
    const stops = [
      on('library.importChanged', (state) => imports.take(state)),
      on('albums.changed', soon),
      on('photos.changed', ({ albumId, photos: changed }) => {
        if (photos.update(albumId, changed)) return;
        unknownPhotos = true;
        soon();
      }),
      on('photos.allChanged', ({ albumId }) => {
        if (albumId === photos.albumId) void photos.reload();
      }),
      on('jobs.changed', (list) => jobs.take(list)),
      on('protectionTest.changed', (state) => protectionTests.take(state)),
      on('export.changed', (summary) => exports.take(summary)),
      on('settings.changed', (changed) => (settings.current = changed)),
      on('runtimes.changed', (table) => {
        runtimes.table = table;
        void notices.attempt(() => settings.engineChanged());
      }),
      on('app.notice', ({ kind, sentence }) => notices.tell(kind, sentence)),
    ];
    // The main process looks at an album's files no more than once in some seconds. When it cannot, an album that is
    // read says why; nobody has asked here.
    const comeBack = () => void photos.comeBack().catch(() => undefined);
    window.addEventListener('focus', comeBack);
    return () => {
      window.removeEventListener('focus', comeBack);
      if (timer !== null) clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }
}

export const start = new Start();
