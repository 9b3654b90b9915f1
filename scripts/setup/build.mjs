import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWith } from './node.mjs';
import { root } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, secondsSince, SetUpError } from './say.mjs';
import { hashOfSources, readStamp, removeStamp, writeStamp } from './stamp.mjs';

/** Everything that the build is made from. */
const sources = [
  'engine',
  'electron',
  'renderer',
  'scripts/bundled-packages.ts',
  'electron.vite.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

/** What must be there afterwards. */
const outputs = [
  'main/index.js',
  'main/engineHost.js',
  'main/photoHost.js',
  'main/trialHost.js',
  'main/sessionWorker.js',
  'main/photoWorker.js',
  'main/cli.js',
  'main/cliTrialHost.js',
  'main/cliBenchmarkHost.js',
  'preload/index.cjs',
  'renderer/index.html',
];

/** Builds the program into out/ when the sources have changed since the last time. */
export async function build(node) {
  const key = hashOfSources(sources);
  const isThere = () => outputs.every((output) => existsSync(join(root, 'out', output)));
  if (readStamp('build')?.key === key && isThere()) return;
  removeStamp('build');
  const started = performance.now();
  say('Building the program from its sources.');
  rmSync(join(root, 'out'), { recursive: true, force: true });
  const { code, output } = await runQuietly(
    node,
    [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: root, env: environmentWith(node) },
  );
  if (code !== 0 || !isThere()) {
    throw new SetUpError('The program could not be built.', `The build said:\n${output.trim()}`);
  }
  writeStamp('build', { key });
  say(`The program is built (${secondsSince(started)}).`);
}
