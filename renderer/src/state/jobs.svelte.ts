/** Protection jobs: what runs, what waits, what is over. */
import type { Failure, JobSummary } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { plural } from '../lib/format.ts';
import { notices } from './notices.svelte.ts';
import { route } from './route.svelte.ts';

const UNDER_WAY = new Set<JobSummary['state']>(['running', 'waiting', 'paused']);

class Jobs {
  list = $state.raw<readonly JobSummary[]>([]);
  readonly underWay = $derived(this.list.filter((job) => UNDER_WAY.has(job.state)));
  readonly finished = $derived(this.list.filter((job) => !UNDER_WAY.has(job.state)));

  async load(): Promise<void> {
    this.list = await request('jobs.list');
  }

  /** The main process told the new state of all jobs. */
  take(list: readonly JobSummary[]): void {
    for (const job of list) {
      const before = this.list.find((one) => one.jobId === job.jobId);
      if (before !== undefined && UNDER_WAY.has(before.state) && job.state === 'done') this.#tellDone(job);
    }
    this.list = list;
  }

  /** The job that matters for an album: the one under way, else the newest with failures. */
  of(albumId: number | null): JobSummary | null {
    const own = this.list.filter((job) => job.albumId === albumId);
    return own.find((job) => job.state === 'running') ?? own.find((job) => UNDER_WAY.has(job.state)) ?? null;
  }

  /** The newest finished job of an album whose failures can be tried again. */
  failedOf(albumId: number | null): JobSummary | null {
    const newest = this.list
      .filter((job) => job.albumId === albumId)
      .reduce<JobSummary | null>((best, job) => (best === null || job.jobId > best.jobId ? job : best), null);
    return newest !== null && !UNDER_WAY.has(newest.state) && newest.failed > 0 ? newest : null;
  }

  async protect(albumId: number, rhoU: number, photoIds: readonly number[]): Promise<void> {
    await request('jobs.protectAlbum', { albumId, rhoU, photoIds: [...photoIds] });
    await this.load();
  }

  pause(jobId: number): Promise<boolean> {
    return this.#ask(() => request('jobs.pause', { jobId }));
  }

  resume(jobId: number): Promise<boolean> {
    return this.#ask(() => request('jobs.resume', { jobId }));
  }

  cancel(jobId: number): Promise<boolean> {
    return this.#ask(() => request('jobs.cancel', { jobId }));
  }

  retry(jobId: number): Promise<boolean> {
    return this.#ask(() => request('jobs.retry', { jobId }));
  }

  clearFinished(): Promise<boolean> {
    return this.#ask(() => request('jobs.clearFinished'));
  }

  failures(jobId: number): Promise<Failure[]> {
    return request('jobs.failures', { jobId });
  }

  #ask(work: () => Promise<null>): Promise<boolean> {
    return notices.attempt(async () => {
      await work();
      await this.load();
    });
  }

  #tellDone(job: JobSummary): void {
    if (job.failed === 0) {
      notices.tell('success', `“${job.albumName}”: ${plural(job.done, 'photo')} protected.`);
    } else {
      notices.tell(
        'warning',
        `“${job.albumName}”: ${plural(job.done, 'photo')} protected, ${job.failed} could not be.`,
        { label: 'See why', run: () => route.show('queue') },
      );
    }
  }
}

export const jobs = new Jobs();
