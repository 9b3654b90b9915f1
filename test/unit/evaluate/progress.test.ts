import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Progress, type WorkProgress } from '../../../engine/evaluate/progress.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

it('tells the time left by the work that is left, without what had been kept', () => {
  const told: WorkProgress<'training'>[] = [];
  const progress = new Progress<'training'>({ onProgress: (each) => told.push(each) }, [10, 10, 60]);
  progress.of('training', 0, 'kept').finish();
  expect(told.at(-1)).toEqual({ stage: 'training', done: 10, total: 80, secondsLeft: null, what: 'kept' });
  const plain = progress.of('training', 1, 'plain');
  plain.tell(0);
  vi.advanceTimersByTime(5000);
  plain.finish();
  // Ten in five seconds; sixty are left, not ten.
  expect(told.at(-1)).toMatchObject({ done: 20, secondsLeft: 30 });
});
