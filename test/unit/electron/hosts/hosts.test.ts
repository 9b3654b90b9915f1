import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { HostClient, HostStopped } from '../../../../electron/hosts/client.ts';
import type { TypesOf } from '../../../../electron/hosts/messages.ts';
import type { Implementation } from '../../../../electron/hosts/serve.ts';
import { UserError } from '../../../../engine/errors.ts';
import { memoryHost, type MemoryHost } from '../support/memoryHost.ts';

const calls = {
  double: { input: z.number(), output: z.number(), progress: z.never() },
  count: { input: z.number(), output: z.string(), progress: z.number() },
};
type TestCalls = TypesOf<typeof calls>;

const usual: Implementation<TestCalls> = {
  double: (n) => Promise.resolve(2 * n),
  count: (n, { onProgress }) => {
    for (let i = 1; i <= n; i++) onProgress(i);
    return Promise.resolve('done');
  },
};

function connect(change: Partial<Implementation<TestCalls>> = {}): {
  client: HostClient<TestCalls>;
  memory: MemoryHost;
} {
  const memory = memoryHost<TestCalls>(calls, () => ({ ...usual, ...change }));
  return { client: new HostClient<TestCalls>('test', calls, memory.start), memory };
}

describe('a call', () => {
  test('answers, and tells its progress in order', async () => {
    const { client } = connect();
    const told: number[] = [];
    const [doubled, counted] = await Promise.all([
      client.call('double', 21),
      client.call('count', 3, { onProgress: (n) => told.push(n) }),
    ]);
    expect([doubled, counted, told]).toEqual([42, 'done', [1, 2, 3]]);
  });

  test('throws what the host threw, as the same UserError', async () => {
    const failure = new UserError('corrupt', 'It is damaged.', 'Copy it again.', { file: '/a.jpg' });
    const { client } = connect({ double: () => Promise.reject(failure) });
    const thrown = await client.call('double', 1).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({ code: 'corrupt', problem: 'It is damaged.', file: '/a.jpg' });
  });

  test('can be aborted, before and during', async () => {
    const { client } = connect({
      double: (_n, { signal }) =>
        new Promise((_resolve, reject) => {
          const end = (): void => reject(new UserError('cancelled', 'Cancelled.', 'Again.'));
          if (signal.aborted) end();
          else signal.addEventListener('abort', end);
        }),
    });
    await expect(client.call('double', 1, { signal: AbortSignal.abort() })).rejects.toThrow('Cancelled');
    const abort = new AbortController();
    const running = client.call('double', 1, { signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toThrow('Cancelled');
  });

  test('with an answer of the wrong form fails', async () => {
    const { client } = connect({ double: () => Promise.resolve(Number.NaN) });
    await expect(client.call('double', 1)).rejects.toThrow();
  });
});

describe('a host that may rest', () => {
  test('is let go when no call has come for a while, and the next call starts it again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const memory = memoryHost<TestCalls>(calls, () => usual);
    const client = new HostClient<TestCalls>('test', calls, memory.start, { restAfter: 1000 });
    await client.call('double', 1);
    vi.advanceTimersByTime(900);
    await client.call('double', 2);
    vi.advanceTimersByTime(900);
    await client.call('double', 3);
    expect(memory.starts()).toBe(1);
    vi.advanceTimersByTime(1000);
    // At once: the one that is let go may not have ended yet.
    expect(await client.call('double', 4)).toBe(8);
    expect(memory.starts()).toBe(2);
  });

  test('is not let go while a call is under way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { promise, resolve } = Promise.withResolvers<number>();
    const memory = memoryHost<TestCalls>(calls, () => ({ ...usual, double: (n) => (n === 1 ? promise : Promise.resolve(n)) })); // prettier-ignore
    const client = new HostClient<TestCalls>('test', calls, memory.start, { restAfter: 1000 });
    const long = client.call('double', 1);
    await client.call('double', 2);
    vi.advanceTimersByTime(5000);
    resolve(7);
    expect(await long).toBe(7);
  });
});

describe('a host that dies', () => {
  test('fails the calls under way, and the next call starts a new one', async () => {
    const { client, memory } = connect({
      double: (n) => (n === 1 ? new Promise(() => undefined) : Promise.resolve(n)),
    });
    const cut = client.call('double', 1);
    memory.kill();
    await expect(cut).rejects.toBeInstanceOf(HostStopped);
    expect(await client.call('double', 2)).toBe(2);
    expect(memory.starts()).toBe(2);
  });
});
