/** One build for the whole program: main process and its helpers, preload, renderer. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import { recordBundledPackages } from './scripts/bundled-packages.ts';

/**
 * The Node entry of TensorFlow.js registers no gradients; its ESM entry does, and can be tree-shaken.
 * Kept in one place because the tests must see the same one (vitest.config.ts).
 */
export const tfjsEsmEntries = {
  '@tensorflow/tfjs-core': resolve(import.meta.dirname, 'node_modules/@tensorflow/tfjs-core/dist/index.js'),
  '@tensorflow/tfjs-backend-cpu': resolve(
    import.meta.dirname,
    'node_modules/@tensorflow/tfjs-backend-cpu/dist/index.js',
  ),
};

/** Matches the bare name only, so that deep imports such as `…/dist/ops/conv2d` stay as they are. */
export const tfjsAlias = Object.entries(tfjsEsmEntries).map(([name, replacement]) => ({
  find: new RegExp(`^${name}$`),
  replacement,
}));

export default defineConfig({
  main: {
    resolve: { alias: tfjsAlias },
    plugins: [recordBundledPackages('main')],
    build: {
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: resolve('electron/main/index.ts'),
          engineHost: resolve('electron/jobs/engineHost.ts'),
          photoHost: resolve('electron/library/photoHost.ts'),
          trialHost: resolve('electron/jobs/trialHost.ts'),
          sessionWorker: resolve('engine/runtime/onnx/sessionWorker.ts'),
          photoWorker: resolve('engine/photo/thread/photoWorker.ts'),
          cli: resolve('engine/cli/main.ts'),
          cliTrialHost: resolve('engine/cli/trialHost.ts'),
          cliBenchmarkHost: resolve('engine/cli/benchmarkHost.ts'),
        },
        output: {
          // Flat names: code in any chunk finds its worker by new URL('./sessionWorker.js', import.meta.url).
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    plugins: [recordBundledPackages('preload')],
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('electron/preload/index.ts') },
        // A sandboxed preload script must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve('renderer'),
    plugins: [svelte({ configFile: resolve('svelte.config.js') }), recordBundledPackages('renderer')],
    build: { rolldownOptions: { input: resolve('renderer/index.html') } },
  },
});
