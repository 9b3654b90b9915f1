import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Which package brings a command, where their names differ. */
const packageOf = { tsc: 'typescript', playwright: '@playwright/test' };

/**
 * The JavaScript file behind a command of one of our packages, to run it with a Node of our choice.
 *
 * @param {string} command for example `vitest`
 */
export function toolFile(command) {
  const folder = join(root, 'node_modules', packageOf[command] ?? command);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}
