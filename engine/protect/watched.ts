import { afterRunning } from '../auto/index.ts';
import { UserError } from '../errors.ts';
import type { Arrays, CompiledFunction, Runtime } from '../runtime/index.ts';

/** How long a runtime may take before it counts as hung. */
export interface WatchLimits {
  /** Added to everything: drivers compile at the first call, and the machine may be busy. */
  floorMs: number;
  /** For making a function ready. */
  compileMs: number;
  /** One run may take this many times the median of the runtime's trial, besides the floor. */
  timesMedian: number;
  /** Photos from one check of a gradient against the processor's to the next. */
  photosPerCheck: number;
}

export const WATCH_LIMITS: WatchLimits = { floorMs: 20_000, compileMs: 60_000, timesMedian: 20, photosPerCheck: 10 };

/**
 * A runtime whose answers are waited for only so long, and must be numbers.
 * @param seconds median of one run in its trial; null when it had none: then only the floor counts
 */
export function watched(runtime: Runtime, seconds: number | null, limits: WatchLimits): Pick<Runtime, 'compile'> {
  const runMs = limits.floorMs + limits.timesMedian * 1000 * (seconds ?? 0);
  return {
    compile: async (fn, inputs): Promise<CompiledFunction> => {
      const compiled = await within(limits.compileMs, runtime.name, runtime.compile(fn, inputs));
      return {
        run: async (arrays) => numbersOf(runtime.name, await within(runMs, runtime.name, compiled.run(arrays))),
        dispose: () => compiled.dispose(),
      };
    },
  };
}

/** @throws UserError 'runtime' when it takes longer; what comes later is not heard. */
async function within<T>(ms: number, name: string, work: Promise<T>): Promise<T> {
  let callOff = (): void => undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        callOff = afterRunning(ms, () =>
          reject(failure(name, `did not answer within ${Math.ceil(ms / 1000)} seconds`)),
        );
      }),
    ]);
  } finally {
    callOff();
  }
}

/** A value that is no number would become noise that is not there. */
function numbersOf(name: string, outputs: Arrays): Arrays {
  for (const values of Object.values(outputs)) {
    if (!values.every(Number.isFinite)) throw failure(name, 'answered values that are not numbers');
  }
  return outputs;
}

const failure = (name: string, what: string): UserError =>
  new UserError(
    'runtime',
    `The computation by ${name} ${what}.`,
    'Choose another way of computing in Settings → Processing (or with --runtime).',
  );
