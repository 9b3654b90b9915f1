import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors.ts';
import type { Runtime } from './runtime.ts';
import { allowPaddingInPixels } from './tfjsNodePadding.ts';
import { quiet, tfjsRuntime } from './tfjsRuntime.ts';

/** TensorFlow's own library under TensorFlow.js, on the processor and by CUDA. Never part of the installation. */
export const TFJS_NODE_PACKAGES = {
  'tfjs-node': '@tensorflow/tfjs-node',
  'tfjs-node-gpu': '@tensorflow/tfjs-node-gpu',
} as const;
export type TfjsNodePackage = keyof typeof TFJS_NODE_PACKAGES;

/** The backend that both packages register. */
const BACKEND = 'tensorflow';

// Not `import`: these packages are CommonJS, and only `require` also looks where NODE_PATH points.
const requirePackage = createRequire(import.meta.url);

/** Whether the package is installed where Node looks for packages. */
export function findTfjsNode(name: TfjsNodePackage): boolean {
  try {
    requirePackage.resolve(TFJS_NODE_PACKAGES[name]);
    return true;
  } catch {
    return false;
  }
}

/**
 * The same functions on TensorFlow's own library. The package brings a second copy of TensorFlow.js; all copies in a
 * process share one registry, so that its backend is also ours.
 * @throws UserError 'runtime' when it is not installed or cannot be loaded
 */
export async function openTfjsNode(name: TfjsNodePackage): Promise<Runtime> {
  quiet();
  restoreRemovedUtilities();
  try {
    requirePackage(TFJS_NODE_PACKAGES[name]);
    if (!tf.engine().backendNames().includes(BACKEND)) throw new Error('it registered no backend');
    await tf.ready();
    allowPaddingInPixels(BACKEND);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new UserError(
      'runtime',
      `${TFJS_NODE_PACKAGES[name]} could not be loaded: ${reason.replace(/\.?\s*$/, '.')}`,
      'Install it again, or choose another way of computing in Settings → Processing (or with --runtime).',
      { cause },
    );
  }
  return tfjsRuntime(name, BACKEND);
}

/** tfjs-node 4.22 calls two functions that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const removed = {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: (value: unknown): boolean => Array.isArray(value),
  };
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value, configurable: true, writable: true });
  }
}
