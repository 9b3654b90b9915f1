import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, type } from 'node:os';
import type { TableContext } from '../evaluate/index.ts';
import { replaceFile } from '../files/index.ts';
import { say } from './output.ts';

/**
 * What is needed to repeat what this process does.
 * @param words the script of package.json and its arguments
 */
export function contextOf(words: readonly string[] = process.argv.slice(2)): TableContext {
  const [command = 'evaluate', ...args] = words;
  const quoted = args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`));
  return {
    command: ['npm run', command, '--', ...quoted].join(' '),
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads, ${type()} ${release()}`,
  };
}

/** Adds a section at the end of the file. */
export function addToFile(path: string, section: string): Promise<boolean> {
  return rewriteFile(path, (before) => (before === '' ? section : `${before.trimEnd()}\n\n${section}`));
}

/**
 * Writes what `change` makes of the file's text ('' when there is none); it is replaced as a whole. A failure is told:
 * the result is shown already.
 */
export async function rewriteFile(path: string, change: (before: string) => string): Promise<boolean> {
  try {
    const before = await readFile(path, 'utf8').catch((thrown: unknown) => {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return '';
      throw thrown;
    });
    await replaceFile(path, change(before));
    return true;
  } catch {
    say(`The table could not be written to ${path}. Check the folder, and copy the table from here.`);
    return false;
  }
}
