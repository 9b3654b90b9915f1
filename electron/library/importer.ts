import { toFailure, UserError } from '../../engine/errors.ts';
import type { ImportResult, ImportState } from '../ipc/contract.ts';
import { ImportRun, type ImporterParts, type ImportOptions } from './importRun.ts';

const NOTHING: ImportState = { running: false, cancelling: false, progress: null, result: null, failure: null };

/** Adds photos to the catalog by reference: files are read, never copied, never written. One import at a time. */
export class Importer {
  readonly #parts: ImporterParts;
  #line: Promise<unknown> = Promise.resolve();
  #cancel = new AbortController();
  #unfinished = 0;
  #state: ImportState = NOTHING;

  constructor(parts: ImporterParts) {
    this.#parts = parts;
  }

  /** How the import under way stands, or what came of the last one; each change is told as `library.importChanged`. */
  get state(): ImportState {
    return this.#state;
  }

  /** As {@link run}, but answers at once: what comes of it, a failure too, is in {@link state}. */
  start(paths: readonly string[], albumId: number | null, options: ImportOptions = {}): null {
    // Only to hear of the failure once: the state has it.
    this.run(paths, albumId, options).catch(() => undefined);
    return null;
  }

  /** What came of the last import has been read. */
  dismiss(): void {
    if (!this.#state.running) this.#change(NOTHING);
  }

  /**
   * Adds files and folders (with everything below them) to an album, or each folder to one of its own and all
   * single files together to a new one. What cannot be read becomes a failure; the rest goes on. An
   * album that is removed while it is being filled gets no more photos, and that is told as a failure.
   */
  async run(paths: readonly string[], albumId: number | null, options: ImportOptions = {}): Promise<ImportResult> {
    const signal = this.#cancel.signal;
    this.#unfinished++;
    const turn = this.#line.then(() => this.#take(paths, albumId, options, signal));
    this.#line = turn.catch(() => undefined);
    this.#change({ running: true });
    return turn;
  }

  /** True while an import is under way or waits. */
  get isRunning(): boolean {
    return this.#state.running;
  }

  /** Resolves when no import is under way. */
  async idle(): Promise<void> {
    await this.#line;
  }

  /** Ends the import under way and those that wait; what they have added stays. */
  cancel(): void {
    this.#cancel.abort();
    this.#cancel = new AbortController();
    if (this.#state.running && !this.#state.cancelling) this.#change({ cancelling: true });
  }

  /** Its turn has come. */
  async #take(
    paths: readonly string[],
    albumId: number | null,
    options: ImportOptions,
    signal: AbortSignal,
  ): Promise<ImportResult> {
    this.#change({ ...NOTHING, running: true, cancelling: signal.aborted });
    const run = new ImportRun(this.#parts, signal, (progress) => this.#change({ progress }));
    try {
      const result = await run.run(paths, albumId, options);
      this.#end({ result });
      return result;
    } catch (thrown) {
      if (!(thrown instanceof UserError)) console.error(thrown);
      this.#end({ failure: toFailure(thrown) });
      throw thrown;
    }
  }

  #end(outcome: Partial<ImportState>): void {
    this.#unfinished--;
    this.#change({ ...NOTHING, ...outcome, running: this.#unfinished > 0 });
  }

  #change(change: Partial<ImportState>): void {
    this.#state = { ...this.#state, ...change };
    this.#parts.emit('library.importChanged', this.#state);
  }
}
