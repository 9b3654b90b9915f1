import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, type } from 'node:os';
import type { TableContext } from '../evaluate/index.ts';
import { replaceFile } from '../files/index.ts';
import { say } from './output.ts';

/** What is needed to repeat what this process does. */
export function contextOf(): TableContext {
  const [command = 'evaluate', ...args] = process.argv.slice(2);
  const quoted = args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`));
  return {
    command: ['npm run', command, '--', ...quoted].join(' '),
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads, ${type()} ${release()}`,
  };
}

/** Adds a section at the end of the file, which is replaced as a whole. A failure is told: the result is shown already. */
export async function addToFile(path: string, section: string): Promise<boolean> {
  try {
    const before = await readFile(path, 'utf8').catch((thrown: unknown) => {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return '';
      throw thrown;
    });
    await replaceFile(path, before === '' ? section : `${before.trimEnd()}\n\n${section}`);
    return true;
  } catch {
    say(`The table could not be written to ${path}. Check the folder, and copy the table from here.`);
    return false;
  }
}
