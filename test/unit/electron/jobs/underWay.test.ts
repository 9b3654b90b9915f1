import { expect, onTestFinished, test, vi } from 'vitest';
import type { JobRow, TaskRow } from '../../../../electron/catalog/index.ts';
import { UnderWay, type PhotoUnderWay } from '../../../../electron/jobs/underWay.ts';

const JOB: JobRow = {
  jobId: 1,
  albumId: 1,
  albumName: 'Sea',
  rhoU: 8,
  targetClass: 0,
  seed: 1,
  state: 'running',
  createdAt: '2026-01-01T00:00:00.000Z',
};

function taskOf(taskId: number, change: Partial<TaskRow> = {}): TaskRow {
  return {
    taskId,
    jobId: JOB.jobId,
    albumId: JOB.albumId,
    photoId: taskId,
    key: `key${taskId}`,
    state: 'waiting',
    crashes: 0,
    protectionId: null,
    ...change,
  };
}

/** Begins a photo; the answer ends it, well or not. */
function begin(
  underWay: UnderWay,
  task: TaskRow,
): { photo: PhotoUnderWay; end: () => Promise<void>; fail: (why: Error) => void } {
  let resolve = (): void => undefined;
  let reject: (why: Error) => void = () => undefined;
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  underWay.begin(JOB, task, `${task.photoId}.jpg`, () => done);
  const photo = underWay.of(JOB.jobId).at(-1);
  if (photo === undefined) throw new Error('it did not begin');
  return {
    photo,
    end: () => {
      underWay.end(photo);
      resolve();
      return done;
    },
    fail: reject,
  };
}

test('the time is shared among the photos that are under way at once', async () => {
  let seconds = 100;
  vi.spyOn(performance, 'now').mockImplementation(() => seconds * 1000);
  onTestFinished(() => void vi.restoreAllMocks());
  const underWay = new UnderWay();
  const a = begin(underWay, taskOf(1));
  seconds = 102;
  const b = begin(underWay, taskOf(2));
  seconds = 106;
  // Alone for 2 seconds, one of two for 4.
  expect(underWay.secondsOf(a.photo)).toBeCloseTo(4, 9);
  await a.end();
  seconds = 109;
  expect(underWay.secondsOf(b.photo)).toBeCloseTo(5, 9);
  await b.end();
  // Time in which none was under way is nobody's.
  seconds = 200;
  const c = begin(underWay, taskOf(3));
  seconds = 201;
  expect(underWay.secondsOf(c.photo)).toBeCloseTo(1, 9);
});

test.each([
  ['of the same job', {}, {}, true],
  ['of another job', {}, { jobId: 2 }, false],
  ['that the engine has died over', {}, { crashes: 1 }, false],
  ['beside one that the engine has died over', { crashes: 1 }, {}, false],
])('a task %s begins beside another: %#', (_which, first, second, admitted) => {
  const underWay = new UnderWay();
  expect(underWay.admits(taskOf(2, second))).toBe(true);
  begin(underWay, taskOf(1, first));
  expect(underWay.admits(taskOf(2, second))).toBe(admitted);
});

test('a photo waits for another that has claimed the same row, however that one ends', async () => {
  const underWay = new UnderWay();
  const a = begin(underWay, taskOf(1));
  const b = begin(underWay, taskOf(2));
  const c = begin(underWay, taskOf(3));
  const claims: string[] = [];
  const claim = async (name: string, photo: PhotoUnderWay): Promise<void> => {
    await underWay.claim(photo, 7);
    claims.push(name);
  };
  const claimed = [claim('a', a.photo), claim('b', b.photo), claim('c', c.photo)];
  await claimed[0];
  expect(claims).toEqual(['a']);
  a.fail(new Error('the catalog is full'));
  await claimed[1];
  expect(claims).toEqual(['a', 'b']);
  await b.end();
  await claimed[2];
  await c.end();
  await underWay.allEnded();
  expect(underWay.size).toBe(0);
});

test('what one has thrown is heard even when nobody waited for a change at that moment', async () => {
  const underWay = new UnderWay();
  const a = begin(underWay, taskOf(1));
  const b = begin(underWay, taskOf(2));
  const change = underWay.change();
  await a.end();
  b.fail(new Error('the catalog is full'));
  await change;
  expect(underWay.size).toBe(1);
  await expect(underWay.change()).rejects.toThrow('the catalog is full');
  await underWay.allEnded();
  expect(underWay.size).toBe(0);
});
