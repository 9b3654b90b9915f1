import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { tfjsAlias } from './electron.vite.config.ts';

export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: tfjsAlias },
  test: {
    include: ['test/{architecture,unit,integration,tfjs-node,webgpu}/**/*.test.ts'],
    environment: 'node',
    // Two cores are the smallest machine that the tests promise to be quick on.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Without this Node would load the CommonJS entry of TensorFlow.js, beside ours.
    server: { deps: { inline: [/@tensorflow\/tfjs-/] } },
  },
});
