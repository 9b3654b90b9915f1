import { farInWords, isNear, isReference, REFERENCES, relativeErrorOf, runtimeName } from '../auto/index.ts';
import type { PlannedRuntime, RuntimeId } from '../auto/index.ts';
import { UserError } from '../errors.ts';
import type { Canvas } from '../photo/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Generator } from './generator.ts';
import { NoiseOptimizer, type ComputedNoise } from './photoNoise.ts';
import type { ProtectionSettings } from './types.ts';
import { watched, type WatchLimits } from './watched.ts';
export { WATCH_LIMITS } from './watched.ts';

/** How runtimes are opened and watched. */
export interface BackendParts {
  open: (id: RuntimeId) => Promise<Runtime>;
  watch: WatchLimits;
}

/** A runtime that failed, and the sentence why. */
export interface DroppedRuntime {
  id: RuntimeId;
  reason: string;
}

/** A runtime with the noise gradient compiled for it. */
interface Opened {
  id: RuntimeId;
  runtime: Runtime;
  optimizer: NoiseOptimizer;
}

/**
 * The runtimes of a plan, one after the other: one that throws, hangs, answers what is no number or drifts away from
 * the processor's gradient is dropped with a notice, and the photo under way begins again on the next. When the last
 * one fails, its error is the photo's.
 */
export class Backend {
  readonly dropped: DroppedRuntime[] = [];
  readonly #generator: Generator;
  readonly #parts: BackendParts;
  readonly #left: PlannedRuntime[];
  #current: Promise<Opened>;
  /** The one that was opened last. */
  #newest: Pick<Opened, 'id' | 'runtime'> | null = null;
  /** Opened at the first check; null when no reference answers. */
  #reference: Promise<Opened | null> | null = null;
  #photosToCheck = 0;
  /** Whether the runtime in use has passed a check. */
  #checkedBefore = false;

  private constructor(generator: Generator, plan: readonly PlannedRuntime[], parts: BackendParts) {
    this.#generator = generator;
    this.#parts = parts;
    this.#left = [...plan];
    this.#current = this.#openNext();
  }

  /** @throws UserError 'runtime' when none of the plan can be opened */
  static async open(generator: Generator, plan: readonly PlannedRuntime[], parts: BackendParts): Promise<Backend> {
    const backend = new Backend(generator, plan, parts);
    await backend.#current;
    return backend;
  }

  /** Of the runtime in use, for example `onnx/cpu`. */
  get name(): string {
    return this.#newest?.runtime.name ?? 'none';
  }

  /** A sentence about the last runtime that was dropped, else null. */
  get notice(): string | null {
    const last = this.dropped.at(-1);
    if (last === undefined || this.#newest === null) return null;
    const goesOn = `the work goes on with ${runtimeName(this.#newest.id)}`;
    return `${runtimeName(last.id)} failed and was dropped; ${goesOn}. ${last.reason}`;
  }

  /** The noise of one photo, one at a time: it, the name of the runtime that computed it, and how long that took. @throws UserError */
  async optimize(
    canvas: Canvas,
    settings: ProtectionSettings,
    onStep: (step: number, steps: number) => void,
  ): Promise<ComputedNoise & { runtime: string; seconds: number }> {
    const started = performance.now();
    for (;;) {
      const opened = await this.#current;
      try {
        await this.#check(opened, canvas, settings);
        const computed = await opened.optimizer.optimize(canvas, settings, onStep);
        return { ...computed, runtime: opened.runtime.name, seconds: (performance.now() - started) / 1000 };
      } catch (thrown) {
        if (!isRuntimeError(thrown)) throw thrown;
        this.#replace(opened, thrown);
      }
    }
  }

  async close(): Promise<void> {
    for (const opened of [await this.#current.catch(() => null), await this.#reference]) await opened?.runtime.close();
  }

  /** Every so many photos, and for the first: the photo's first gradient against the processor's. */
  async #check(opened: Opened, canvas: Canvas, settings: ProtectionSettings): Promise<void> {
    if (isReference(opened.id)) return;
    if (this.#photosToCheck > 0) {
      this.#photosToCheck--;
      return;
    }
    this.#photosToCheck = this.#parts.watch.photosPerCheck - 1;
    this.#reference ??= this.#openReference();
    const reference = await this.#reference;
    if (reference === null) return;
    const expected = await reference.optimizer.firstGradient(canvas, settings).catch(() => null);
    if (expected === null) return;
    const error = relativeErrorOf(await opened.optimizer.firstGradient(canvas, settings), expected);
    if (isNear(error)) {
      this.#checkedBefore = true;
      return;
    }
    const since = this.#checkedBefore
      ? ` The photos since the last check, ${this.#parts.watch.photosPerCheck} at most, may be protected less well: protect them again.`
      : '';
    throw new UserError(
      'runtime',
      `It computed a wrong gradient. ${farInWords(error)}${since}`,
      'Choose another way of computing in Settings → Processing (or with --runtime).',
    );
  }

  /** Puts the next of the plan in the place of one that failed. @throws the failure when there is none left */
  #replace(failed: Opened, error: UserError): void {
    if (this.#left.length === 0) throw error;
    this.dropped.push({ id: failed.id, reason: error.problem });
    // Not awaited: one that hangs may never close.
    failed.runtime.close().catch(() => undefined);
    this.#photosToCheck = 0;
    this.#checkedBefore = false;
    this.#current = this.#openNext();
  }

  async #openNext(): Promise<Opened> {
    for (;;) {
      const next = this.#left.shift();
      if (next === undefined) throw new Error('a plan names at least one runtime');
      try {
        const opened = await this.#openOne(next);
        this.#newest = opened;
        return opened;
      } catch (thrown) {
        if (!isRuntimeError(thrown) || this.#left.length === 0) throw thrown;
        this.dropped.push({ id: next.id, reason: thrown.problem });
      }
    }
  }

  async #openOne({ id, seconds }: PlannedRuntime): Promise<Opened> {
    const runtime = await this.#parts.open(id);
    try {
      const optimizer = await NoiseOptimizer.open(this.#generator, watched(runtime, seconds, this.#parts.watch));
      return { id, runtime, optimizer };
    } catch (thrown) {
      runtime.close().catch(() => undefined);
      throw thrown;
    }
  }

  async #openReference(): Promise<Opened | null> {
    for (const id of REFERENCES) {
      try {
        return await this.#openOne({ id, seconds: null });
      } catch {
        // The next, then; without any, gradients go unchecked, and so does the photo that waits for this.
      }
    }
    return null;
  }
}

const isRuntimeError = (error: unknown): error is UserError => error instanceof UserError && error.code === 'runtime';
