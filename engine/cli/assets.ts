import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';

/** The folder `assets/generator` of this installation. */
export function generatorFolder(): string {
  return (
    nearestFolder('assets', 'generator') ??
    missing(
      'generator',
      'The generator that comes with Stillgrain is missing.',
      'Install Stillgrain again, or name a folder with --generator.',
    )
  );
}

/** A folder of this installation that only some commands need. */
export function installedFolder(...path: string[]): string {
  return (
    nearestFolder(...path) ??
    missing('vanished', `The folder ${path.join('/')} of Stillgrain is missing.`, 'Run this in a whole checkout.')
  );
}

/** The nearest folder of that name above the running file. */
function nearestFolder(...path: string[]): string | null {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, ...path);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return null;
  }
}

function missing(...sentences: ConstructorParameters<typeof UserError>): never {
  throw new UserError(...sentences);
}
