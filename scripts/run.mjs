/**
 * Runs a tool after the set-up, with the right Node: `node scripts/run.mjs [--build] [--electron] [--screen] [tool] [args…]`.
 * `--build` also builds the program; `--electron` brings Electron; `--screen` also, on Linux, a virtual screen. A tool is `node` or a command that
 * one of the packages brings.
 */
import { setUp } from './setup/index.mjs';
import { root } from './setup/paths.mjs';
import { runInForeground } from './setup/processes.mjs';
import { runScript } from './setup/say.mjs';
import { withVirtualScreen } from './setup/system.mjs';
import { toolFile } from './setup/tools.mjs';

await runScript(async () => {
  const args = process.argv.slice(2);
  const flags = new Set();
  while (args[0]?.startsWith('--')) flags.add(args.shift());
  const needsBuild = flags.has('--build');
  const needsScreen = flags.has('--screen');
  const { node, environment } = await setUp({
    electron: needsScreen || flags.has('--electron'),
    virtualScreen: needsScreen,
    build: needsBuild,
  });
  const [tool, ...rest] = args;
  if (tool === undefined) return 0;
  const toRun = tool === 'node' ? rest : [toolFile(tool), ...rest];
  const [command, commandArgs] = needsScreen ? withVirtualScreen(node, toRun) : [node, toRun];
  return runInForeground(command, commandArgs, { cwd: root, env: environment });
});
