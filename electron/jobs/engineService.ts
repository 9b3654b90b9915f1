import type {
  Engine,
  EngineOptions,
  ProtectionTest,
  ProtectionTestHooks,
  ProtectionTestRequest,
} from '../../engine/index.ts';
import type { Implementation } from '../hosts/serve.ts';
import { toReport, type EngineCalls, type EngineWish } from './engineCalls.ts';

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
 * The engine host's calls, one at a time, with one engine kept open between them. A test is the exception: it takes
 * minutes, so it runs beside them and waits before each of its steps until nothing else is asked for.
 */
export function engineService(parts: EngineParts): Implementation<EngineCalls> {
  let current: { wish: string; engine: Engine } | null = null;
  let line: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  }

  async function engineFor(options: EngineWish): Promise<Engine> {
    const wish = JSON.stringify(options);
    if (current?.wish === wish) return current.engine;
    const old = current;
    current = null;
    await old?.engine.close();
    const engine = await parts.openEngine(options);
    current = { wish, engine };
    return engine;
  }

  return {
    open: (options) =>
      inTurn(async () => {
        const { generator, runtime } = await engineFor(options);
        return { generator, runtime };
      }),
    // Beside the others, and without an engine: an import does not wait for a photo, nor for the trial of the runtimes.
    targetClass: async ({ generatorFolder, used }) => ({
      targetClass: parts.chooseTargetClass(used, await parts.classesOf(generatorFolder)),
    }),
    protect: ({ engine: options, rhoU, targetClass, seed, ...files }, hooks) =>
      inTurn(async () => {
        const engine = await engineFor(options);
        const settings = { rhoU, targetClass, seed: parts.seedFor(seed.job, seed.contentSha256) };
        const photo = await engine.protect({ ...files, settings }, hooks);
        return toReport(photo, engine.runtime);
      }),
    test: ({ engine: options, ...request }, hooks) =>
      parts.testProtection(options, request, { ...hooks, turn: () => line }),
  };
}
