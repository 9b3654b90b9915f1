import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { PlannedRuntime } from '../auto/index.ts';
import { UserError } from '../errors.ts';
import { PhotoThreads, type RenderOptions } from '../photo/index.ts';
import { Backend, WATCH_LIMITS, type BackendParts, type DroppedRuntime } from './backend.ts';
import { loadGenerator, type Generator } from './generator.ts';
import { NOISE_VERSION } from './photoNoise.ts';
import { CANVAS_SIZE } from './photoProblem.ts';
import { openRuntime } from './openRuntime.ts';
import type { PhotoProgress, ProtectedPhoto, ProtectionSettings } from './types.ts';

export interface EngineOptions {
  /** Folder of `generator.json` and `generator.safetensors`. */
  generatorFolder: string;
  /** What to compute with, in order: the first that works is taken, the next when it fails. At least one. */
  runtimes: readonly PlannedRuntime[];
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

/** One generator on one runtime. */
export interface Engine {
  readonly generator: { name: string; sha256: string; classes: number; licence: string };
  /** `notice`: a sentence when the wanted runtime was not to be had; `dropped`: each one that failed, with the reason. */
  readonly runtime: { name: string; notice: string | null; dropped: readonly DroppedRuntime[] };
  /** Of the noise it makes: see `NOISE_VERSION`. */
  readonly noiseVersion: number;
  /**
   * So many calls of `protect` at once keep every part of the engine at work; more only wait. Noise is optimized for
   * one photo at a time, while the next is decoded and the last one rendered and encoded.
   */
  readonly photosAtOnce: number;
  /** One photo from file to protection to protected copy. @throws UserError */
  protect(request: ProtectRequest, hooks?: ProtectHooks): Promise<ProtectedPhoto>;
  /** Call it when no photo is under way. */
  close(): Promise<void>;
}

/**
 * Opens the engine.
 * @param parts how runtimes are opened and watched; tests hand in others
 * @throws UserError 'generator' or 'runtime'
 */
export async function openEngine(options: EngineOptions, parts: Partial<BackendParts> = {}): Promise<Engine> {
  const generator = await loadGenerator(options.generatorFolder);
  const backend = await Backend.open(generator, options.runtimes, {
    open: (id) => openRuntime(id, options.threads),
    watch: WATCH_LIMITS,
    ...parts,
  });
  const threads = photoThreads(options.threads);
  const photos = new PhotoThreads(threads);
  const optimize = inTurn(backend.optimize.bind(backend));
  const { name, sha256, licence } = generator.description;
  return {
    generator: { name, sha256, classes: generator.network.classes, licence },
    get runtime() {
      return { name: backend.name, notice: backend.notice, dropped: backend.dropped };
    },
    noiseVersion: NOISE_VERSION,
    photosAtOnce: options.threads === 1 ? 1 : threads + 1,
    protect: (request, hooks = {}) => protectPhoto({ generator, photos, optimize }, request, hooks),
    close: async () => {
      await photos.end();
      await backend.close();
    },
  };
}

/**
 * Threads that decode and encode: one keeps pace with two cores that optimize, a second needs cores of its own; each
 * holds a whole photo. Who allows one thread wants one busy core, and gets photos one after the other.
 */
function photoThreads(threads: number | null): number {
  return Math.min(threads ?? Infinity, availableParallelism()) >= 4 ? 2 : 1;
}

/** `work`, one call after the other. */
function inTurn<A extends unknown[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let line: Promise<unknown> = Promise.resolve();
  return (...args) => {
    const turn = line.then(() => work(...args));
    line = turn.catch(() => undefined);
    return turn;
  };
}

/** What one photo after the other is worked on with. */
interface Parts {
  generator: Generator;
  photos: PhotoThreads;
  optimize: Backend['optimize'];
}

/** Shares of a photo's time, for the progress bar: decode, noise; the rest is the rendering. */
const DECODED = 0.05;
const OPTIMIZED = 0.6;

async function protectPhoto(
  { generator, photos, optimize }: Parts,
  { source, settings, noisePath, copyStem, render }: ProtectRequest,
  { onProgress, signal }: ProtectHooks,
): Promise<ProtectedPhoto> {
  checkSettings(settings, generator);
  const report = (stage: PhotoProgress['stage'], step: number, steps: number, fraction: number): void => {
    if (signal?.aborted === true) throw cancelled(source);
    onProgress?.({ stage, step, steps, fraction });
  };
  report('decode', 0, 1, 0);
  const { output: canvas, seconds: decode } = await photos.run('canvas', { source, size: CANVAS_SIZE });
  report('noise', 0, 1, DECODED);
  const { seconds: noise, ...computed } = await optimize(canvas, settings, (step, steps) =>
    report('noise', step, steps, DECODED + (OPTIMIZED - DECODED) * (step / steps)),
  );
  report('render', 0, 1, OPTIMIZED);
  const { output: written } = await photos.run('copy', { source, noise: computed.noise, noisePath, render, copyStem });
  onProgress?.({ stage: 'render', step: 1, steps: 1, fraction: 1 });
  return {
    protection: {
      ...computed,
      settings,
      generator: { name: generator.description.name, sha256: generator.description.sha256 },
      seconds: { decode, noise },
    },
    ...written,
  };
}

function checkSettings({ rhoU, targetClass, seed, masking }: ProtectionSettings, { network }: Generator): void {
  const bad = (what: string, allowed: string): UserError =>
    new UserError('bad-setting', `${what}.`, `Choose ${allowed}.`);
  // Less than one level of 8 bits would leave such photos as they are.
  if (!(rhoU >= 1 && rhoU <= 32))
    throw bad(`The strength ${rhoU}/255 cannot be used`, 'a strength from 1/255 to 32/255');
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
