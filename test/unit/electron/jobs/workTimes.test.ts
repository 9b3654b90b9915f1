import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WorkTimes } from '../../../../electron/jobs/workTimes.ts';
import type { Settings } from '../../../../electron/ipc/contract.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface World {
  times: WorkTimes;
  state: { workWhen: Settings['workWhen']; battery: boolean; idle: number };
  changes: () => number;
}

function world(workWhen: Settings['workWhen']): World {
  const state = { workWhen, battery: false, idle: 0 };
  let changes = 0;
  const times = new WorkTimes({
    machine: { isOnBattery: () => state.battery, idleSeconds: () => state.idle },
    settings: () => state,
    onChange: () => (changes += 1),
  });
  return { times, state, changes: () => changes };
}

describe('jobs may work', () => {
  test('always, whatever the machine does', () => {
    const { times, state } = world('always');
    state.battery = true;
    expect(times.hold()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('only while plugged in, and go on when the machine is', () => {
    const { times, state, changes } = world('plugged-in');
    expect(times.hold()).toBeNull();
    state.battery = true;
    expect(times.hold()).toBe('power');
    vi.advanceTimersByTime(60_000);
    expect(changes()).toBe(0);
    state.battery = false;
    vi.advanceTimersByTime(5000);
    expect(changes()).toBe(1);
    expect(times.hold()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('only while nobody is at the computer', () => {
    const { times, state, changes } = world('idle');
    state.idle = 59;
    expect(times.hold()).toBe('idle');
    state.idle = 60;
    vi.advanceTimersByTime(5000);
    expect(changes()).toBe(1);
    expect(times.hold()).toBeNull();
  });

  test('as soon as the settings say so', () => {
    const { times, state, changes } = world('idle');
    expect(times.hold()).toBe('idle');
    state.workWhen = 'always';
    times.look();
    expect(changes()).toBe(1);
    expect(times.hold()).toBeNull();
  });

  test('and nothing is asked any more once it is closed', () => {
    const { times } = world('idle');
    times.hold();
    times.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
