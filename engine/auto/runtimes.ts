import type { PlannedRuntime, RuntimeChoice, RuntimeId } from './candidates.ts';
import { planOf, withoutDropped } from './choose.ts';
import { machineKey } from './machine.ts';
import { measureRuntimes, type MeasureParts } from './measure.ts';
import { RememberedRuntimes } from './remembered.ts';
import type { RuntimeTable } from './types.ts';

export interface RuntimesParts extends Pick<MeasureParts, 'startTrial' | 'generatorFolder' | 'limits' | 'onCandidate'> {
  /** Where the tables are remembered. */
  file: string;
  now: () => Date;
  /** What is known of the graphics cards: part of the key. */
  graphics?: () => Promise<string>;
  /** Told when the trials begin. */
  onTrials?: () => void;
  /** Told when a table is new or has changed. */
  onTable?: (table: RuntimeTable) => void;
}

/** Auto: tries the candidates once for each machine, driver and version, and remembers what came of it. */
export class Runtimes {
  readonly #parts: RuntimesParts;
  readonly #remembered: RememberedRuntimes;
  /** The newest table of each key, also when it could not be written. */
  readonly #tables = new Map<string, RuntimeTable>();
  #measuring: { key: string; table: Promise<RuntimeTable> } | null = null;

  constructor(parts: RuntimesParts) {
    this.#parts = parts;
    this.#remembered = new RememberedRuntimes(parts.file);
  }

  /** What to compute with, in order. Tries the candidates when that has not been done here. */
  async plan(choice: RuntimeChoice, threads: number | null): Promise<PlannedRuntime[]> {
    return planOf(choice, await this.table(threads));
  }

  /** The table of this machine as it is now, from trials when nothing is remembered. */
  async table(threads: number | null): Promise<RuntimeTable> {
    return (await this.#recall(await this.#key(threads))) ?? this.measure(threads);
  }

  /** Tries everything again. Asked twice at once it is done once. */
  async measure(threads: number | null): Promise<RuntimeTable> {
    const key = await this.#key(threads);
    if (this.#measuring?.key !== key) {
      const table = this.#measureNow(key, threads);
      this.#measuring = { key, table };
    }
    return this.#measuring.table;
  }

  /** A runtime has failed at work: it is not taken again until it is measured again. */
  async drop(id: RuntimeId, reason: string, threads: number | null): Promise<void> {
    const table = await this.#recall(await this.#key(threads));
    const row = table?.rows.find((candidate) => candidate.id === id);
    if (table === null || row === undefined || row.state === 'dropped') return;
    await this.#keep(withoutDropped(table, id, reason));
  }

  async #recall(key: string): Promise<RuntimeTable | null> {
    return this.#tables.get(key) ?? (await this.#remembered.find(key));
  }

  async #measureNow(key: string, threads: number | null): Promise<RuntimeTable> {
    try {
      const { startTrial, generatorFolder, limits, onCandidate, now } = this.#parts;
      this.#parts.onTrials?.();
      const table = await measureRuntimes({
        startTrial,
        generatorFolder,
        threads,
        key,
        now,
        ...(limits === undefined ? {} : { limits }),
        ...(onCandidate === undefined ? {} : { onCandidate }),
      });
      await this.#keep(table);
      return table;
    } finally {
      this.#measuring = null;
    }
  }

  async #keep(table: RuntimeTable): Promise<void> {
    this.#tables.set(table.key, table);
    this.#parts.onTable?.(table);
    // That nothing works may have a passing reason: it is not held against the machine at the next start.
    if (table.chosen === null) return;
    try {
      await this.#remembered.keep(table);
    } catch {
      // A full disk, say: the table holds while the program runs, and the trials are made again the next time.
    }
  }

  async #key(threads: number | null): Promise<string> {
    return machineKey(this.#parts.generatorFolder, threads, await this.#parts.graphics?.());
  }
}
