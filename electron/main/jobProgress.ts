import type { JobSummary } from '../ipc/contract.ts';
import { count, photos } from '../words.ts';

/** Whether there is work left that goes on by itself; a paused job waits for its user. */
export function isUnderWay({ state }: JobSummary): boolean {
  return state === 'running' || state === 'waiting';
}

/** How many of a job's photos are over, those under way by how far they are. */
function photosOver({ done, failed, underWay }: JobSummary): number {
  return underWay.reduce((sum, { fraction }) => sum + fraction, done + failed);
}

/** How much of all work under way is done, 0 to 1; null when there is none. */
export function shareDone(jobs: readonly JobSummary[]): number | null {
  const underWay = jobs.filter(isUnderWay);
  const total = underWay.reduce((sum, job) => sum + job.total, 0);
  if (total === 0) return null;
  return underWay.reduce((sum, job) => sum + photosOver(job), 0) / total;
}

/** A sentence for the tray: what is being done, or what the last job came to. */
export function progressInWords(jobs: readonly JobSummary[]): string {
  const running = jobs.find((job) => job.state === 'running') ?? jobs.find(isUnderWay);
  if (running !== undefined) {
    return `“${running.albumName}”: ${count(running.done)} of ${photos(running.total)} protected`;
  }
  // One that is paused has come to nothing yet.
  const last = newest(jobs.filter(({ state }) => state === 'done')) ?? newest(jobs);
  if (last === null) return 'Nothing to do';
  const failed = last.failed === 0 ? '' : `, ${count(last.failed)} could not be`;
  return `“${last.albumName}”: ${count(last.done)} of ${photos(last.total)} protected${failed}`;
}

function newest(jobs: readonly JobSummary[]): JobSummary | null {
  return jobs.reduce<JobSummary | null>((best, job) => (best === null || job.jobId > best.jobId ? job : best), null);
}
