import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EngineCalls, EngineWish } from '../../../../electron/jobs/engineCalls.ts';
import { LIBRARY_COPY } from '../../../../electron/jobs/engineRoom.ts';
import { engineService, type EngineParts } from '../../../../electron/jobs/engineService.ts';
import type { Implementation } from '../../../../electron/hosts/serve.ts';
import { UserError } from '../../../../engine/errors.ts';
import { TestEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';

const wishOf = (threads: number): EngineWish => ({
  generatorFolder: 'g',
  runtimes: [{ id: 'onnx/cpu', seconds: null }],
  threads,
});

/** A service whose photos stay in the engine until the test lets them go, and what has happened in it. */
function openService(change: Partial<EngineParts> = {}): {
  service: Implementation<EngineCalls>;
  /** Protects a photo with so many threads. */
  protect: (name: string, threads: number) => Promise<unknown>;
  letGo: (name: string) => void;
  happened: string[];
} {
  const folder = temporaryFolder();
  const happened: string[] = [];
  const held = new Map<string, () => void>();
  const service = engineService({
    openEngine: ({ threads }) => {
      happened.push(`open ${threads}`);
      const engine = new TestEngine();
      engine.before = async ({ source }) => {
        happened.push(`${source} begins`);
        await new Promise<void>((go) => held.set(source, go));
        happened.push(`${source} ends`);
      };
      engine.close = () => {
        happened.push(`close ${threads}`);
        return Promise.resolve();
      };
      return Promise.resolve(engine);
    },
    classesOf: () => Promise.resolve(8),
    chooseTargetClass: () => 0,
    seedFor: (jobSeed) => jobSeed,
    testProtection: () => Promise.reject(new Error('no test was asked for')),
    ...change,
  });
  return {
    service,
    protect: (name, threads) =>
      service.protect(
        {
          engine: wishOf(threads),
          source: name,
          rhoU: 8,
          targetClass: 0,
          seed: { job: 1, contentSha256: '0'.repeat(64) },
          noisePath: join(folder, `${name}.noise.png`),
          copyStem: join(folder, name),
          render: LIBRARY_COPY,
        },
        { onProgress: () => undefined, signal: new AbortController().signal },
      ),
    letGo: (name) => held.get(name)?.(),
    happened,
  };
}

/** Lets everything happen that waits for nobody. */
async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await setImmediate();
}

describe('photos', () => {
  test('of one wish are in the engine beside each other', async () => {
    const { protect, letGo, happened } = openService();
    const photos = [protect('a', 1), protect('b', 1)];
    await settle();
    expect(happened).toEqual(['open 1', 'a begins', 'b begins']);
    letGo('b');
    await photos[1];
    letGo('a');
    await photos[0];
    expect(happened).toEqual(['open 1', 'a begins', 'b begins', 'b ends', 'a ends']);
  });

  test('of another wish wait until all before them have ended; nobody overtakes them', async () => {
    const { service, protect, letGo, happened } = openService();
    const photos = [protect('a', 1), protect('b', 1), protect('c', 2), protect('d', 1)];
    const opened = service.open(wishOf(1), { onProgress: () => undefined, signal: new AbortController().signal });
    await settle();
    letGo('a');
    await photos[0];
    await settle();
    expect(happened).toEqual(['open 1', 'a begins', 'b begins', 'a ends']);
    letGo('b');
    await expect.poll(() => happened.slice(4)).toEqual(['b ends', 'close 1', 'open 2', 'c begins']);
    letGo('c');
    await expect.poll(() => happened.slice(8)).toEqual(['c ends', 'close 2', 'open 1', 'd begins']);
    letGo('d');
    await Promise.all([...photos, opened]);
  });

  test('wait for no engine that cannot be opened', async () => {
    let openings = 0;
    const engine = new TestEngine();
    const { protect } = openService({
      openEngine: () =>
        ++openings === 1
          ? Promise.reject(new UserError('generator', 'The generator is damaged.', 'Install it again.'))
          : Promise.resolve(engine),
    });
    const [first, second] = await Promise.allSettled([protect('a', 1), protect('b', 1)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { problem: 'The generator is damaged.' } });
    expect(second.status).toBe('fulfilled');
    expect(engine.finished).toEqual(['b']);
  });
});

describe('a test', () => {
  test('takes no step while any photo is asked for, also one that comes while it waits', async () => {
    const steps: string[] = [];
    const { service, protect, letGo } = openService({
      testProtection: async (_options, _request, { turn }) => {
        await turn?.();
        steps.push('step');
        throw new UserError('cancelled', 'Cancelled.', 'Start again.');
      },
    });
    const photos = [protect('a', 1), protect('b', 1)];
    await settle();
    const tested = service.test(
      { engine: wishOf(1), albums: [], seed: 1 },
      { onProgress: () => undefined, signal: new AbortController().signal },
    );
    const ended = tested.catch(() => undefined);
    letGo('a');
    await photos[0];
    photos.push(protect('c', 1));
    letGo('b');
    await photos[1];
    await settle();
    expect(steps).toEqual([]);
    letGo('c');
    await Promise.all([...photos, ended]);
    expect(steps).toEqual(['step']);
  });

  test('that is given up waits for no photo', async () => {
    const { service, protect, letGo } = openService({
      testProtection: async (_options, _request, { turn, signal }) => {
        await turn?.();
        throw new UserError('cancelled', `Given up: ${signal?.aborted}`, 'Start again.');
      },
    });
    const photo = protect('a', 1);
    await settle();
    const abort = new AbortController();
    const tested = service.test(
      { engine: wishOf(1), albums: [], seed: 1 },
      { onProgress: () => undefined, signal: abort.signal },
    );
    abort.abort();
    await expect(tested).rejects.toThrow('Given up: true');
    letGo('a');
    await photo;
  });
});
