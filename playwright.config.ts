import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  // The tests drive a real optimizer on real photos; two cores are the smallest machine.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  workers: 1,
  // A start on a busy machine sometimes misses Playwright's handshake; a test that needs this is reported as flaky.
  retries: 1,
  forbidOnly: true,
  outputDir: 'test-results/e2e',
  reporter: [['list'], ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ?? 'test-results/e2e.json' }]],
});
