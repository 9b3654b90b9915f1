import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../photo/atomicWrite.ts';
import { runtimeTable, type RuntimeTable } from './types.ts';

/** Tables that are kept: going back to other settings or another card needs no new trial. */
const KEPT = 8;

/** Changed whenever trials judge otherwise than they did: what was right then may not be now. */
const VERSION = 2;

const tables = z.object({ version: z.literal(VERSION), tables: z.array(runtimeTable) });

/** The tables of earlier trials, in one JSON file, the newest first. */
export class RememberedRuntimes {
  readonly #path: string;

  /** @param path of the file; its folder is made when it is not there */
  constructor(path: string) {
    this.#path = path;
  }

  /** The table with this key, or null. A file that cannot be used is as good as none: everything is tried again. */
  async find(key: string): Promise<RuntimeTable | null> {
    return (await this.#all()).find((table) => table.key === key) ?? null;
  }

  /** Keeps a table in the place of an older one with its key. @throws UserError when it cannot be written */
  async keep(table: RuntimeTable): Promise<void> {
    const others = (await this.#all()).filter(({ key }) => key !== table.key);
    const kept: z.infer<typeof tables> = { version: VERSION, tables: [table, ...others].slice(0, KEPT) };
    mkdirSync(dirname(this.#path), { recursive: true });
    writeAtomically(this.#path, (output) => output.writeAt(0, new TextEncoder().encode(JSON.stringify(kept, null, 2))));
  }

  async #all(): Promise<RuntimeTable[]> {
    try {
      return tables.parse(JSON.parse(await readFile(this.#path, 'utf8'))).tables;
    } catch {
      return [];
    }
  }
}
