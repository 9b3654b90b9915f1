/** Brings the state up and keeps it in step with what the main process tells. */
import type { Failure } from '../../../electron/ipc/contract.ts';
import { failureOf, on } from '../lib/api.ts';
import { albums } from './albums.svelte.ts';
import { exports } from './exports.svelte.ts';
import { imports } from './imports.svelte.ts';
import { jobs } from './jobs.svelte.ts';
import { notices } from './notices.svelte.ts';
import { photos } from './photos.svelte.ts';
import { settings } from './settings.svelte.ts';

/** An album that is being filled tells so often; reading it this often is enough to see it grow. */
const REREAD_EVERY = 700;

class Start {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  failure = $state.raw<Failure | null>(null);

  /** Loads everything; may be called again after a failure. */
  async load(): Promise<void> {
    this.state = 'loading';
    try {
      await Promise.all([settings.load(), albums.load(), jobs.load()]);
      this.state = 'ready';
      void notices.attempt(() => settings.loadInfo());
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.state = 'failed';
    }
  }

  /** Follows the main process until the returned function is called. */
  follow(): () => void {
    let touched: number[] = [];
    let everything = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const reread = () => {
      timer = null;
      const own = everything || (photos.albumId !== null && touched.includes(photos.albumId));
      touched = [];
      everything = false;
      void notices.attempt(async () => {
        await albums.load();
        if (own) await photos.reload();
      });
    };
    const stops = [
      on('library.importProgress', (progress) => (imports.progress = progress)),
      on('albums.changed', ({ albumIds }) => {
        if (albumIds.length === 0) everything = true;
        touched.push(...albumIds);
        timer ??= setTimeout(reread, REREAD_EVERY);
      }),
      on('photos.changed', ({ albumId, photos: changed }) => photos.update(albumId, changed)),
      on('jobs.changed', (list) => jobs.take(list)),
      on('export.changed', (summary) => exports.take(summary)),
      on('settings.changed', (changed) => (settings.current = changed)),
      on('app.notice', ({ kind, sentence }) => notices.tell(kind, sentence)),
    ];
    return () => {
      if (timer !== null) clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }
}

export const start = new Start();
