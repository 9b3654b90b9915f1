import { existsSync } from 'node:fs';

/**
 * The file of a worker that lies beside the code that starts it: TypeScript in the source tree, JavaScript beside the
 * bundle.
 * @param from `import.meta.url` of that code
 * @param name without extension
 */
export function workerFile(from: string, name: string): URL {
  const source = new URL(`./${name}.ts`, from);
  return existsSync(source) ? source : new URL(`./${name}.js`, from);
}
