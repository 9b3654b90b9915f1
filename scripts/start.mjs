/** `npm start`: set-up, then the desktop program. */
import { setUp } from './setup/index.mjs';
import { root } from './setup/paths.mjs';
import { runInForeground } from './setup/processes.mjs';
import { runScript, say, SetUpError } from './setup/say.mjs';
import { hasScreen, whyNoSandbox } from './setup/system.mjs';
import { withTfjsNode } from './setup/tfjs-node.mjs';

await runScript(async () => {
  if (!hasScreen()) {
    throw new SetUpError(
      'This machine has no screen (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot open.',
      'Without a window, use: npm run protect -- <folder of photos> --out <folder>',
    );
  }
  const { electron, environment } = await setUp({ electron: true, build: true });
  const why = whyNoSandbox(electron);
  if (why !== null) say(`${why} Starting with --no-sandbox.`);
  const flags = why === null ? [] : ['--no-sandbox'];
  return runInForeground(electron.executable, [...flags, root, ...process.argv.slice(2)], {
    env: withTfjsNode(environment),
  });
});
