import { describe, expect, test } from 'vitest';
import type { JobSummary } from '../../../../electron/ipc/contract.ts';
import { isUnderWay, progressInWords, shareDone } from '../../../../electron/main/jobProgress.ts';

const job = (change: Partial<JobSummary>): JobSummary => ({
  jobId: 1,
  albumId: 1,
  albumName: 'Sea',
  rhoU: 8,
  state: 'running',
  total: 10,
  done: 3,
  failed: 1,
  underWay: [],
  secondsLeft: null,
  waitsFor: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...change,
});

describe('the progress outside of the window', () => {
  test('counts photos of all jobs under way, and the part of the one that is being done', () => {
    const photo = { photoId: 5, name: 'a.jpg', stage: 'noise' };
    const underWay = [
      { ...photo, fraction: 0.5 },
      { ...photo, photoId: 6, fraction: 0.25 },
    ];
    const waiting = job({ jobId: 2, state: 'waiting', total: 5, done: 0, failed: 0 });
    expect(shareDone([job({ underWay }), waiting])).toBeCloseTo(4.75 / 15, 12);
  });

  test('is none when nothing goes on by itself', () => {
    const rest = (['paused', 'done', 'cancelled'] as const).map((state) => job({ state }));
    expect(rest.some(isUnderWay)).toBe(false);
    expect(shareDone(rest)).toBeNull();
    expect(shareDone([])).toBeNull();
  });

  test('in words is of what runs, else of what was last', () => {
    expect(progressInWords([job({ jobId: 1, state: 'waiting', albumName: 'Hills' }), job({ jobId: 2 })])).toBe(
      '“Sea”: 3 of 10 photos protected',
    );
    expect(
      progressInWords([job({ state: 'done', done: 9 }), job({ jobId: 3, state: 'done', done: 10, failed: 0 })]),
    ).toBe('“Sea”: 10 of 10 photos protected');
    expect(progressInWords([job({ state: 'done', done: 9, failed: 1 })])).toBe(
      '“Sea”: 9 of 10 photos protected, 1 could not be',
    );
    expect(
      progressInWords([
        job({ jobId: 4, state: 'done', total: 1, done: 1, failed: 0 }),
        job({ jobId: 5, state: 'paused' }),
      ]),
    ).toBe('“Sea”: 1 of 1 photo protected');
  });
});
