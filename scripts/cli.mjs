/** `npm run protect -- …` and its siblings: set-up, then the engine's own command line. */
import { join } from 'node:path';
import { getCifar10 } from './setup/cifar10.mjs';
import { setUp } from './setup/index.mjs';
import { root } from './setup/paths.mjs';
import { runInForeground } from './setup/processes.mjs';
import { runScript } from './setup/say.mjs';
import { withTfjsNode } from './setup/tfjs-node.mjs';

await runScript(async () => {
  const [subcommand, ...rest] = process.argv.slice(2);
  // `npm run protect -- doctor` is how a person without the list of commands would ask.
  const args = subcommand === 'protect' && rest[0] === 'doctor' ? rest : [subcommand, ...rest];
  const { node, environment } = await setUp({ build: true });
  if (needsCifar10(args)) environment.STILLGRAIN_CIFAR10 = await getCifar10(node);
  return runInForeground(node, [join(root, 'out', 'main', 'cli.js'), ...args], {
    // npm runs scripts in the repository's root; the person's relative paths are meant from where they stand.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: withTfjsNode(environment),
  });
});

/** CIFAR-10 is large: it is fetched for the one command that uses it, and not for its help. */
function needsCifar10([subcommand, ...rest]) {
  const asksOnly = ['--help', '-h'].some((flag) => rest.includes(flag));
  return subcommand === 'evaluate-paper' && !asksOnly && !rest.some((arg) => /^--data(=|$)/.test(arg));
}
