/**
 * Makes a fresh checkout ready, and a ready one in well under a second. Needs nothing but Node 20 and npm, so it is
 * plain JavaScript without packages. Each step remembers in .stillgrain/ that it is done, and is done again when what
 * it depends on has changed or when it was interrupted.
 */
import { build } from './build.mjs';
import { getElectron } from './electron.mjs';
import { withLock } from './lock.mjs';
import { bringNode, environmentWith } from './node.mjs';
import { installPackages } from './packages.mjs';
import { SetUpError } from './say.mjs';
import { checkSystem, whyNoSandbox } from './system.mjs';
import { bringTfjsNode } from './tfjs-node.mjs';

/**
 * @param {{ electron?: boolean, virtualScreen?: boolean, build?: boolean, tfjsNode?: boolean }} needs beyond Node and the packages
 * @returns {Promise<{
 *   node: string,
 *   electron: Awaited<ReturnType<typeof getElectron>> | null,
 *   environment: NodeJS.ProcessEnv,
 * }>} the Node and the Electron to use, and an environment that has that Node in front
 */
export async function setUp(needs = {}) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new SetUpError(`This is Node ${process.versions.node}; it is too old.`, 'Install Node 20 or newer.');
  }
  return withLock(async () => {
    const node = await bringNode();
    await installPackages(node);
    const electron = needs.electron === true ? await getElectron(node) : null;
    if (electron !== null) await checkSystem(electron, { virtualScreen: needs.virtualScreen === true });
    if (needs.tfjsNode === true) await bringTfjsNode(node);
    if (needs.build === true) await build(node);
    const environment = environmentWith(node);
    // For the end-to-end tests, which start the program themselves.
    if (electron !== null && whyNoSandbox(electron) !== null) environment.STILLGRAIN_NO_SANDBOX = '1';
    return { node, electron, environment };
  });
}
