import { basename } from 'node:path';
import { toFailure, UserError } from '../errors.ts';
import { readCanvas, renderCopy, writeNoise, type Canvas, type RenderOptions } from '../photo/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { loadGenerator, type Generator } from './generator.ts';
import { CANVAS_SIZE, NoiseOptimizer, type ComputedNoise } from './photoNoise.ts';
import { openRuntime, type RuntimeChoice } from './runtimeChoice.ts';
import type { PhotoProgress, ProtectedPhoto, ProtectionSettings } from './types.ts';

export interface EngineOptions {
  /** Folder of `generator.json` and `generator.safetensors`. */
  generatorFolder: string;
  /** `auto`: ONNX Runtime, and the TensorFlow.js CPU backend when that fails. */
  runtime: RuntimeChoice;
  /** Threads of the computation; null: as many as help. */
  threads: number | null;
}

export interface ProtectRequest {
  /** The original: opened for reading only. */
  source: string;
  settings: ProtectionSettings;
  /** Where the noise PNG goes; null: nowhere. */
  noisePath: string | null;
  /** Path of the copy without its extension. */
  copyStem: string;
  render: RenderOptions;
}

export interface ProtectHooks {
  onProgress?: (progress: PhotoProgress) => void;
  /** Aborting rejects with UserError 'cancelled'; no file is left half-written. */
  signal?: AbortSignal;
}

/** One generator on one runtime, taking photos one at a time. */
export interface Engine {
  readonly generator: { name: string; sha256: string; classes: number; licence: string };
  /** `notice`: a sentence when the wanted runtime was not to be had. */
  readonly runtime: { name: string; notice: string | null };
  /** One photo from file to protection to protected copy. @throws UserError */
  protect(request: ProtectRequest, hooks?: ProtectHooks): Promise<ProtectedPhoto>;
  close(): Promise<void>;
}

/** Opens the engine. @throws UserError 'generator' or 'runtime' */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const generator = await loadGenerator(options.generatorFolder);
  const backend = await Backend.open(generator, options);
  const { name, sha256, licence } = generator.description;
  return {
    generator: { name, sha256, classes: generator.network.classes, licence },
    get runtime() {
      return { name: backend.name, notice: backend.notice };
    },
    protect: (request, hooks = {}) => protectPhoto(generator, backend, request, hooks),
    close: () => backend.close(),
  };
}

/** The runtime with the compiled gradient; in `auto` a runtime that fails is dropped and the photo goes on. */
class Backend {
  notice: string | null = null;
  readonly #generator: Generator;
  readonly #automatic: boolean;
  #runtime: Runtime;
  #optimizer: NoiseOptimizer;

  private constructor(generator: Generator, automatic: boolean, runtime: Runtime, optimizer: NoiseOptimizer) {
    this.#generator = generator;
    this.#automatic = automatic;
    this.#runtime = runtime;
    this.#optimizer = optimizer;
  }

  static async open(generator: Generator, { runtime: choice, threads }: EngineOptions): Promise<Backend> {
    const automatic = choice === 'auto';
    const runtime = await openRuntime(automatic ? 'onnx' : choice, threads);
    try {
      return new Backend(generator, automatic, runtime, await NoiseOptimizer.open(generator, runtime));
    } catch (error) {
      await runtime.close();
      if (!automatic || !isRuntimeError(error)) throw error;
      const fallback = await openRuntime('tfjs-cpu', threads);
      const backend = new Backend(generator, false, fallback, await NoiseOptimizer.open(generator, fallback));
      backend.notice = dropped(runtime.name, error);
      return backend;
    }
  }

  get name(): string {
    return this.#runtime.name;
  }

  async optimize(
    canvas: Canvas,
    settings: ProtectionSettings,
    onStep: (step: number, steps: number) => void,
  ): Promise<ComputedNoise> {
    try {
      return await this.#optimizer.optimize(canvas, settings, onStep);
    } catch (error) {
      if (!this.#automatic || !isRuntimeError(error) || this.#runtime.name === 'tfjs-cpu') throw error;
      this.notice = dropped(this.#runtime.name, error);
      await this.#runtime.close();
      this.#runtime = await openRuntime('tfjs-cpu', null);
      this.#optimizer = await NoiseOptimizer.open(this.#generator, this.#runtime);
      return this.#optimizer.optimize(canvas, settings, onStep);
    }
  }

  async close(): Promise<void> {
    await this.#optimizer.dispose();
    await this.#runtime.close();
  }
}

const isRuntimeError = (error: unknown): boolean => error instanceof UserError && error.code === 'runtime';

const dropped = (name: string, error: unknown): string =>
  `${name} failed and was dropped; the work goes on with tfjs-cpu, which is much slower. ${toFailure(error).problem}`;

/** Shares of a photo's time, for the progress bar: decode, noise; the rest is the rendering. */
const DECODED = 0.05;
const OPTIMIZED = 0.6;

async function protectPhoto(
  generator: Generator,
  backend: Backend,
  { source, settings, noisePath, copyStem, render }: ProtectRequest,
  { onProgress, signal }: ProtectHooks,
): Promise<ProtectedPhoto> {
  checkSettings(settings, generator);
  const report = (stage: PhotoProgress['stage'], step: number, steps: number, fraction: number): void => {
    if (signal?.aborted === true) throw cancelled(source);
    onProgress?.({ stage, step, steps, fraction });
  };
  const clock = stopwatch();
  report('decode', 0, 1, 0);
  const canvas = await readCanvas(source, CANVAS_SIZE);
  const decode = clock();
  report('noise', 0, 1, DECODED);
  const computed = await backend.optimize(canvas, settings, (step, steps) =>
    report('noise', step, steps, DECODED + (OPTIMIZED - DECODED) * (step / steps)),
  );
  const noise = clock();
  report('render', 0, 1, OPTIMIZED);
  const noiseFile = noisePath === null ? null : { path: noisePath, ...(await writeNoise(noisePath, computed.noise)) };
  const copy = await renderCopy(source, computed.noise, render, copyStem);
  onProgress?.({ stage: 'render', step: 1, steps: 1, fraction: 1 });
  return {
    protection: {
      ...computed,
      settings,
      generator: { name: generator.description.name, sha256: generator.description.sha256 },
      runtime: backend.name,
      seconds: { decode, noise },
    },
    copy,
    noiseFile,
  };
}

function checkSettings({ rhoU, targetClass, seed, masking }: ProtectionSettings, { network }: Generator): void {
  const bad = (what: string, allowed: string): UserError =>
    new UserError('bad-setting', `${what}.`, `Choose ${allowed}.`);
  if (!(rhoU > 0 && rhoU <= 32))
    throw bad(`The strength ${rhoU}/255 cannot be used`, 'a strength above 0 and up to 32/255');
  if (!Number.isInteger(targetClass) || targetClass < 0 || targetClass >= network.classes) {
    throw bad(`The album class ${targetClass} does not exist`, `a whole number from 0 to ${network.classes - 1}`);
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw bad(`The seed ${seed} cannot be used`, 'a whole number from 0 to 4294967295');
  }
  if (masking && !(masking.floor >= 0 && masking.floor <= 1 && masking.busy > 0)) {
    const { floor, busy } = masking;
    throw bad(
      `Masking from ${floor} on, full at ${busy}, cannot be used`,
      'a floor from 0 to 1, and an activity above 0',
    );
  }
}

const cancelled = (source: string): UserError =>
  new UserError('cancelled', `The protection of ${basename(source)} was cancelled.`, 'Start it again when you like.', {
    file: source,
  });

/** Seconds since it was last asked. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
