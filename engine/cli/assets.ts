import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';

/** The folder `assets/generator` of this installation: the nearest one above the running file. */
export function generatorFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'assets', 'generator');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) {
      throw new UserError(
        'generator',
        'The generator that comes with Stillgrain is missing.',
        'Install Stillgrain again, or name a folder with --generator.',
      );
    }
  }
}
