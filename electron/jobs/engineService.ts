import type {
  Engine,
  EngineOptions,
  ProtectionTest,
  ProtectionTestHooks,
  ProtectionTestRequest,
} from '../../engine/index.ts';
import type { Implementation } from '../hosts/serve.ts';
import { toReport, type EngineCalls, type EngineWish } from './engineCalls.ts';
import { sharedClass } from './sharedClass.ts';

/** What the host takes from the engine; the real functions come in from `engineHost.ts`. */
export interface EngineParts {
  openEngine: (options: EngineOptions) => Promise<Engine>;
  /** How many classes the generator in a folder has. */
  classesOf: (generatorFolder: string) => Promise<number>;
  chooseTargetClass: (usedClasses: readonly number[], classes: number) => number;
  seedFor: (jobSeed: number, contentSha256: string) => number;
  testProtection: (
    options: EngineOptions,
    request: ProtectionTestRequest,
    hooks: ProtectionTestHooks,
  ) => Promise<ProtectionTest>;
}

/**
 * The engine host's calls, with one engine kept open between them. Calls with the same wish run beside each other; one
 * with another wish, and all that come after it, wait until those before have ended and the engine has been exchanged.
 * A test takes minutes, so it runs beside them and waits before each of its steps until nothing else is asked for.
 */
export function engineService(parts: EngineParts): Implementation<EngineCalls> {
  let current: { wish: string; engine: Engine } | null = null;
  /** The call that came last has begun. */
  let begun: Promise<unknown> = Promise.resolve();
  /** All calls that have come so far are over. */
  let over: Promise<unknown> = Promise.resolve();
  let unfinished = 0;

  async function withEngine<T>(options: EngineWish, work: (engine: Engine) => Promise<T>): Promise<T> {
    const overBefore = over;
    const beginning = begun.then(async () => {
      const engine = await engineFor(options, overBefore);
      // In an object, so that the next call waits for its beginning only.
      return { answer: work(engine) };
    });
    const answer = beginning.then((begin) => begin.answer);
    begun = beginning.catch(() => undefined);
    // Without their values: they would hold every report there ever was.
    over = Promise.all([over, answer.catch(() => undefined)]).then(() => undefined);
    unfinished++;
    try {
      return await answer;
    } finally {
      unfinished--;
    }
  }

  async function engineFor(options: EngineWish, overBefore: Promise<unknown>): Promise<Engine> {
    const wish = JSON.stringify(options);
    if (current?.wish === wish) return current.engine;
    await overBefore;
    const old = current;
    current = null;
    await old?.engine.close();
    const engine = await parts.openEngine(options);
    current = { wish, engine };
    return engine;
  }

  /** Waits until no call is left, however many come meanwhile, or until the test is given up. */
  function turns(signal: AbortSignal): () => Promise<void> {
    const givenUp = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return async () => {
      while (unfinished > 0 && !signal.aborted) await Promise.race([over, givenUp]);
    };
  }

  return {
    open: (options) =>
      withEngine(options, ({ generator, runtime, noiseVersion, photosAtOnce }) =>
        Promise.resolve({ generator, runtime, noiseVersion, photosAtOnce }),
      ),
    // Beside the others, and without an engine: an import does not wait for a photo, nor for the trial of the runtimes.
    targetClass: async ({ generatorFolder, used }) => ({
      targetClass: parts.chooseTargetClass(used, await parts.classesOf(generatorFolder)),
    }),
    protect: ({ engine: options, rhoU, targetClass, seed, ...files }, hooks) =>
      withEngine(options, async (engine) => {
        const settings = {
          rhoU,
          targetClass: sharedClass(targetClass, engine.generator.classes),
          seed: parts.seedFor(seed.job, seed.contentSha256),
        };
        const photo = await engine.protect({ ...files, settings }, hooks);
        return toReport(photo, engine.runtime);
      }),
    test: ({ engine: options, ...request }, hooks) =>
      parts.testProtection(options, request, { ...hooks, turn: turns(hooks.signal) }),
  };
}
