import { expect, it } from 'vitest';
import { RequestFailure } from '../../../renderer/src/lib/api.ts';
import { Attempt } from '../../../renderer/src/state/attempt.svelte.ts';

it('is made once at a time, and tells what went wrong until the next one', async () => {
  const attempt = new Attempt();
  const { promise, reject } = Promise.withResolvers<never>();
  let others = 0;
  const first = attempt.run(() => promise);
  expect([attempt.running, await attempt.run(() => Promise.resolve(others++))]).toEqual([true, false]);
  reject(new RequestFailure({ code: 'disk-full', problem: 'No room.', remedy: 'Free some.', file: null }));
  expect(await first).toBe(false);
  expect([attempt.running, attempt.problem, others]).toEqual([false, 'No room. Free some.', 0]);
  expect(await attempt.run(() => Promise.resolve())).toBe(true);
  expect(attempt.problem).toBe('');
});
