import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../engine/files/index.ts';

/** Eviction goes on until this part of the limit is used, so that it is rare. */
const LOW_WATER = 0.9;

interface Entry {
  bytes: number;
  usedAt: number;
}

/**
 * Pictures that can be made again, kept as files up to a size in all; the longest unused go first. A name stands
 * for its content (it carries the content's hash), so an entry is never out of date.
 */
export class ImageCache {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #making = new Map<string, Promise<string>>();
  #entries: Promise<Map<string, Entry>> | null = null;
  #total = 0;

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /**
   * The path of the picture `name`; when it is not there, `make` writes it (whole or not at all) to the path that it
   * is given. Two who ask for one name at the same time wait for one making.
   */
  async get(name: string, make: (path: string) => Promise<unknown>): Promise<string> {
    const under = this.#making.get(name);
    if (under !== undefined) return under;
    const making = this.#find(name, make).finally(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }

  async #find(name: string, make: (path: string) => Promise<unknown>): Promise<string> {
    const entries = await this.#load();
    const path = join(this.#folder, name);
    const known = entries.get(name);
    const now = new Date();
    if (known !== undefined) {
      known.usedAt = now.getTime();
      try {
        await utimes(path, now, now);
        return path;
      } catch {
        // Someone has emptied the folder: make it again.
        entries.delete(name);
        this.#total -= known.bytes;
        await mkdir(this.#folder, { recursive: true });
      }
    }
    await make(path);
    const { size } = await stat(path);
    entries.set(name, { bytes: size, usedAt: now.getTime() });
    this.#total += size;
    if (this.#total > this.#maxBytes) await this.#evict(entries, name);
    return path;
  }

  #load(): Promise<Map<string, Entry>> {
    this.#entries ??= this.#read();
    return this.#entries;
  }

  async #read(): Promise<Map<string, Entry>> {
    await mkdir(this.#folder, { recursive: true });
    const entries = new Map<string, Entry>();
    for (const name of await readdir(this.#folder)) {
      try {
        const { size, mtimeMs } = await stat(join(this.#folder, name));
        entries.set(name, { bytes: size, usedAt: mtimeMs });
        this.#total += size;
      } catch (thrown) {
        if (systemCode(thrown) !== 'ENOENT') throw thrown;
      }
    }
    return entries;
  }

  async #evict(entries: Map<string, Entry>, keep: string): Promise<void> {
    const oldest = [...entries].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [name, { bytes }] of oldest) {
      if (this.#total <= this.#maxBytes * LOW_WATER) return;
      if (name === keep || this.#making.has(name)) continue;
      entries.delete(name);
      this.#total -= bytes;
      await rm(join(this.#folder, name), { force: true });
    }
  }
}
