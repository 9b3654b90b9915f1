import { availableParallelism } from 'node:os';
import Vips from 'wasm-vips';

/** libvips, loaded: image operations, and the classes that own memory outside JavaScript's heap. */
export type PhotoLibrary = typeof Vips;

/** An image of libvips: a recipe for pixels, computed when something pulls them. */
export type VipsImage = InstanceType<PhotoLibrary['Image']>;

/** More threads make a photo hardly faster, but each has buffers of its own: 16 take twice the memory of 2. */
const MAX_THREADS = 4;

let loading: Promise<PhotoLibrary> | null = null;

/**
 * The one shared libvips of this process, loaded at the first call (about 0.15 s) together with its AVIF module.
 * Its operations are synchronous: they occupy the calling thread until they are done, whatever threads they use.
 */
export function photoLibrary(): Promise<PhotoLibrary> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PhotoLibrary> {
  const vips = await Vips({
    dynamicLibraries: ['vips-heif.wasm'],
    // Warnings about files, from threads that print by themselves: what matters to a user comes back as an error.
    preRun: (module: { ENV: Record<string, string> }) => {
      module.ENV['VIPS_WARNING'] = '0';
    },
  });
  vips.concurrency(Math.min(MAX_THREADS, availableParallelism()));
  // Every photo is another one: a cache of operations would only hold memory and open files.
  vips.Cache.max(0);
  return vips;
}

/**
 * Ends libvips' threads so that the process can exit; the next use loads it again. Nothing of this folder may be
 * running while it is called.
 */
export async function closePhotoLibrary(): Promise<void> {
  const closing = loading;
  loading = null;
  if (closing) (await closing).shutdown();
}
