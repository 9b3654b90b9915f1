import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What set-up fetches and remembers lies here; deleting it is always safe. */
export const stateFolder = join(root, '.stillgrain');
