/**
 * `npm test`: every check in order, stopping at the first that fails. `node scripts/test.mjs <steps…> [arguments…]`
 * runs only some steps; what is not a step's name goes to the last step's tool.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packagedExecutable } from './setup/packaged.mjs';
import { setUp } from './setup/index.mjs';
import { root } from './setup/paths.mjs';
import { runInForeground } from './setup/processes.mjs';
import { runScript, secondsSince, tellFailure } from './setup/say.mjs';
import { withVirtualScreen } from './setup/system.mjs';
import { withTfjsNode } from './setup/tfjs-node.mjs';
import { toolFile } from './setup/tools.mjs';

const results = join(root, 'test-results');

/** Each step: what it is, the commands, and whether it needs the build and a screen. */
const steps = {
  architecture: { title: 'Architecture: who may know whom', run: vitest('architecture', 'test/architecture') },
  lint: { title: 'Lint', run: tools(['eslint', '--max-warnings', '0', '.']) },
  format: { title: 'Format', run: tools(['prettier', '--check', '--log-level', 'warn', '.']) },
  types: {
    title: 'Types',
    run: tools(
      ['tsc', '-p', '.'],
      ['tsc', '-p', 'test/e2e'],
      ['svelte-check', '--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
    ),
  },
  build: { title: 'Build', needs: { build: true }, run: async () => ({ code: 0 }) },
  unit: {
    title: 'Unit and integration tests',
    needs: { build: true },
    run: vitest('unit', 'test/unit', 'test/integration'),
  },
  e2e: {
    title: 'End-to-end tests: the real program in a window',
    needs: { build: true, electron: true, virtualScreen: true },
    run: playwright('e2e'),
  },
  webgpu: {
    title: 'WebGPU, computed by the processor',
    needs: { electron: true },
    run: vitest('webgpu', 'test/webgpu'),
  },
  'tfjs-node': {
    title: 'The mathematics on @tensorflow/tfjs-node',
    needs: { tfjsNode: true },
    run: (ready, more) =>
      vitest('tfjs-node', 'test/tfjs-node')({ ...ready, environment: withTfjsNode(ready.environment) }, more),
  },
  package: {
    title: 'Packages',
    needs: { build: true, electron: true },
    run: async ({ node, environment }) => ({
      code: await runInForeground(node, [join(root, 'scripts', 'package.ts')], { cwd: root, env: environment }),
    }),
  },
  packaged: {
    title: 'End-to-end tests: the packaged program',
    needs: { electron: true, virtualScreen: true },
    run: (ready, more) =>
      playwright(
        'packaged',
        '--grep',
        '@packaged',
      )({ ...ready, environment: { ...ready.environment, STILLGRAIN_PACKAGED: packagedExecutable() } }, more),
  },
};

// Only Linux's Electron brings a driver that computes WebGPU on the processor.
const webgpu = process.platform === 'linux' ? ['webgpu'] : [];
const everything = ['architecture', 'lint', 'format', 'types', 'build', 'unit', ...webgpu, 'e2e'];

/** A step that runs tools one after the other. */
function tools(...commands) {
  return async ({ node, environment }) => {
    for (const [tool, ...args] of commands) {
      const code = await runInForeground(node, [toolFile(tool), ...args], { cwd: root, env: environment });
      if (code !== 0) return { code };
    }
    return { code: 0 };
  };
}

function vitest(name, ...folders) {
  return async ({ node, environment }, more) => {
    const report = join(results, `${name}.json`);
    const chosen = more.length > 0 ? more : folders;
    const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runInForeground(node, [toolFile('vitest'), ...args], { cwd: root, env: environment });
    const counts = readReport(report, ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) => ({
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests + numTodoTests,
    }));
    return { code, ...counts };
  };
}

function playwright(name, ...flags) {
  return async ({ node, environment }, more) => {
    const report = join(results, `${name}.json`);
    const [command, args] = withVirtualScreen(node, [toolFile('playwright'), 'test', ...flags, ...more]);
    const code = await runInForeground(command, args, {
      cwd: root,
      env: { ...environment, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    const counts = readReport(report, ({ stats }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
    }));
    return { code, ...counts };
  };
}

function readReport(file, count) {
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {}; // The tool failed before it could report; its exit code says so.
  }
}

/** A set-up that fails (the build, say) is that step's failure. */
async function attempt(run) {
  try {
    return await run();
  } catch (error) {
    tellFailure(error);
    return { code: 1 };
  }
}

await runScript(async () => {
  const args = process.argv.slice(2);
  const isStep = (word) => Object.hasOwn(steps, word);
  const firstOther = args.findIndex((word) => !isStep(word));
  const named = firstOther === -1 ? args : args.slice(0, firstOther);
  const more = firstOther === -1 ? [] : args.slice(firstOther);
  const chosen = named.length > 0 ? named : everything;

  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const started = performance.now();
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const [index, name] of chosen.entries()) {
    const step = steps[name];
    const stepStarted = performance.now();
    console.log(`\n=== ${step.title} (${index + 1} of ${chosen.length}) ===`);
    const isLast = index === chosen.length - 1;
    const result = await attempt(async () => step.run(await setUp(step.needs), isLast ? more : []));
    passed += result.passed ?? 0;
    skipped += result.skipped ?? 0;
    failed += result.failed ?? 0;
    if (result.code !== 0) {
      // A step that fails without a failed test (lint, types, a file that cannot be loaded) counts as one.
      if ((result.failed ?? 0) === 0) failed += 1;
      console.log(`\n=== ${step.title}: FAILED after ${secondsSince(stepStarted)} ===`);
      break;
    }
    console.log(`=== ${step.title}: done in ${secondsSince(stepStarted)} ===`);
  }
  console.log(`\nThe whole took ${secondsSince(started)}.${skipped > 0 ? ` ${skipped} skipped.` : ''}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
