import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { afterRunning } from '../../../engine/auto/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('acts once, when the time has run', () => {
  const act = vi.fn();
  afterRunning(3500, act);
  vi.advanceTimersByTime(3000);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect(act).toHaveBeenCalledTimes(1);
});

test('time in which the process stood still counts as one look', () => {
  const act = vi.fn();
  afterRunning(20_000, act);
  vi.advanceTimersByTime(10_000);
  // Awake again after hours: the clock has gone on, the timer comes once.
  vi.setSystemTime(Date.now() + 7_200_000);
  vi.advanceTimersToNextTimer();
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(9_000);
  expect(act).toHaveBeenCalledTimes(1);
});

test('can be called off', () => {
  const act = vi.fn();
  afterRunning(50, act)();
  vi.advanceTimersByTime(1000);
  expect(act).not.toHaveBeenCalled();
});
