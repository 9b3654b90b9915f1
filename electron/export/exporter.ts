import { basename, dirname } from 'node:path';
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { sweepTemporaryFiles } from '../../engine/files/index.ts';
import { Blocked } from '../blocked.ts';
import { explainCatalogError, isCatalogError, type ExportRow } from '../catalog/index.ts';
import { throttle, type Emit } from '../events.ts';
import { HostStopped } from '../hosts/client.ts';
import type { ExportPreset, ExportSummary, PhotoStatus } from '../ipc/contract.ts';
import { count } from '../words.ts';
import { CopyWriter, type Chosen, type CopyParts } from './copyWriter.ts';
import { explainExport } from './failures.ts';
import { isOriginal } from './originals.ts';
import { ExportTarget, type Owners } from './target.ts';

const PROGRESS_MS = 100;
/** So many failures are kept and told; of the others only their number. */
const MOST_FAILURES = 200;
/** Why an export is aborted when its user has not cancelled it. */
const STOPPED = 'the program ends';
/** Photos that an earlier protection is exported of: the newer one is not there yet, or could not be made. */
const NEWER_TO_COME: ReadonlySet<PhotoStatus> = new Set(['waiting', 'protecting', 'failed']);

export interface ExporterParts extends CopyParts {
  emit: Emit;
  /** Told when an export begins, or is put into the line. */
  onBegin?: () => void;
}

interface Run {
  summary: ExportSummary;
  abort: AbortController;
  albumName: string;
  chosen: readonly Chosen[];
  preset: ExportPreset;
}

/** Writes protected copies for upload: rendered anew from original and noise, never over an original. */
export class Exporter {
  readonly #parts: ExporterParts;
  readonly #runs = new Map<number, Run>();
  #line: Promise<unknown> = Promise.resolve();
  /** Newest last. */
  #ended: readonly ExportSummary[] = [];
  #endedInARow: readonly ExportSummary[] = [];

  constructor(parts: ExporterParts) {
    this.#parts = parts;
  }

  /** Which exports the program's end has cut short, in sentences. Ask before {@link recover}. */
  cutShort(): string[] {
    const { exports: table, albums } = this.#parts.catalog;
    return table
      .unfinished()
      .filter(({ total, written, skipped, failed }) => written + skipped + failed < total)
      .map((row) => cutShortInWords(row, albums.get(row.albumId).name));
  }

  /**
   * Ends what a kill or a quit has cut short: the copies that it finished stay, its temporary files go. Only the latter may take
   * long (a network disk that does not answer), and nothing has to wait for it.
   */
  async recover(): Promise<void> {
    const { catalog } = this.#parts;
    const cutShort = catalog.exports.unfinished();
    for (const { exportId } of cutShort) catalog.exports.setState(exportId, 'cancelled');
    const writtenBefore = Date.now();
    for (const { folder } of cutShort) await sweepTemporaryFiles(folder, writtenBefore);
  }

  /**
   * Begins an export and answers its first state; the rest is told as `export.changed`. One runs at a time.
   * @param photoIds which photos; null: all of the album that are protected.
   * @throws UserError when there is nothing to export or the folder cannot be written.
   */
  async start(
    albumId: number,
    photoIds: readonly number[] | null,
    folder: string,
    preset: ExportPreset,
  ): Promise<ExportSummary> {
    const { catalog, now } = this.#parts;
    const album = catalog.albums.present(albumId);
    const wanted = photoIds === null ? null : new Set(photoIds);
    const chosen = catalog.albumPhotos
      .list(albumId)
      .filter((photo) => (wanted === null ? photo.protectionId !== null : wanted.has(photo.photoId)));
    if (chosen.length === 0) {
      throw new UserError(
        'bad-setting',
        `Nothing in “${album.name}” is protected yet.`,
        'Protect the album first, then export it.',
      );
    }
    // Only to refuse a folder at once: what is in it counts when the export's turn comes.
    const target = await this.#openTarget(folder);
    const exportId = catalog.exports.insert(albumId, target.folder, preset, chosen.length, now().toISOString());
    const summary: ExportSummary = {
      exportId,
      folder: target.folder,
      state: 'running',
      total: chosen.length,
      written: 0,
      skipped: 0,
      failed: 0,
      failures: [],
      outdated: chosen.filter(({ status, protectionId }) => protectionId !== null && NEWER_TO_COME.has(status)).length,
      stoppedBy: null,
    };
    if (!this.isRunning) this.#endedInARow = [];
    const run: Run = { summary, abort: new AbortController(), albumName: album.name, chosen, preset };
    this.#runs.set(exportId, run);
    const work = this.#line.then(() => this.#run(run));
    this.#line = work.catch((thrown: unknown) => console.error(thrown));
    this.#parts.onBegin?.();
    return structuredClone(summary);
  }

  /** Ends an export; what it has written stays. */
  cancel(exportId: number): void {
    this.#runs.get(exportId)?.abort.abort();
  }

  /** The program ends. Of the exports that this cuts short the next start tells. */
  async stop(): Promise<void> {
    for (const run of this.#runs.values()) if (!run.abort.signal.aborted) run.abort.abort(STOPPED);
    await this.idle();
  }

  /** True while an export is under way or waits. */
  get isRunning(): boolean {
    return this.#runs.size > 0;
  }

  /** Resolves when no export is running. */
  async idle(): Promise<void> {
    await this.#line;
  }

  /** All exports since the program was started, newest first, without those that were cleared away. */
  list(): ExportSummary[] {
    const running = [...this.#runs.values()].map(({ summary }) => summary);
    return structuredClone([...running, ...this.#ended]).sort((a, b) => b.exportId - a.exportId);
  }

  /** Nobody wants to see the exports that have ended any more. */
  clearEnded(): void {
    this.#ended = [];
  }

  /** What came of the exports that ended since there was none under way. */
  get endedInARow(): readonly ExportSummary[] {
    return this.#endedInARow;
  }

  /** What to show of an export: its first file, or its folder when it wrote none. */
  shownPath(exportId: number): string {
    const { exports: table, protections } = this.#parts.catalog;
    const row = table.find(exportId);
    if (row === undefined) {
      throw new UserError('bad-setting', 'This export is no longer in the catalog.', 'Export the album again.');
    }
    return protections.exportCopies(exportId)[0]?.file ?? row.folder;
  }

  async #openTarget(folder: string, ownersIn?: (folder: string) => Owners): Promise<ExportTarget> {
    return ExportTarget.open(folder, (path) => isOriginal(this.#parts.catalog.photos, path), ownersIn);
  }

  /** Which of the photos earlier exports have copied to `folder`. */
  #ownersIn(folder: string, chosen: readonly Chosen[]): Owners {
    const newest = new Map<string, { copyId: number; photoId: number }>();
    for (const { photoId } of chosen) {
      for (const { copyId, file } of this.#parts.catalog.protections.exportedCopies(photoId)) {
        if (dirname(file) !== folder || copyId < (newest.get(basename(file))?.copyId ?? 0)) continue;
        newest.set(basename(file), { copyId, photoId });
      }
    }
    return new Map(Array.from(newest, ([name, { photoId }]) => [name, photoId]));
  }

  /** Takes an export to its end, whatever that is, and always tells it. */
  async #run(run: Run): Promise<void> {
    const { emit } = this.#parts;
    const { summary, abort } = run;
    const tell = throttle(() => emit('export.changed', structuredClone(summary)), PROGRESS_MS);
    try {
      if (!abort.signal.aborted) await this.#writeAll(run, tell);
    } catch (thrown) {
      if (!(thrown instanceof Blocked || thrown instanceof UserError)) console.error(thrown);
      summary.stoppedBy = thrown instanceof Blocked ? thrown.failure : toFailure(explainCatalogError(thrown));
    } finally {
      tell.cancel();
      summary.state = abort.signal.aborted || summary.stoppedBy !== null ? 'cancelled' : 'done';
      this.#runs.delete(summary.exportId);
      this.#ended = [...this.#ended, summary];
      this.#endedInARow = [...this.#endedInARow, summary];
      this.#keepEnd(summary, abort.signal.reason === STOPPED);
      emit('export.changed', structuredClone(summary));
    }
  }

  /**
   * Writes the copies one after the other.
   * @throws Blocked, UserError or what the catalog throws, when the photos that are left cannot be written either.
   */
  async #writeAll({ summary, abort, albumName, chosen, preset }: Run, tell: () => void): Promise<void> {
    const target = await this.#openTarget(summary.folder, (folder) =>
      preset.conflict === 'unique' ? new Map() : this.#ownersIn(folder, chosen),
    );
    const writer = new CopyWriter(this.#parts, { albumName, total: chosen.length, target, preset });
    let n = 0;
    for (const photo of chosen) {
      if (abort.signal.aborted) return;
      n++;
      const outcome = await writer.write(photo, n).catch((thrown: unknown) =>
        // The program's end has taken the host: this copy has not failed, it is to come.
        abort.signal.reason === STOPPED && thrown instanceof HostStopped ? STOPPED : this.#failureOf(photo, thrown),
      );
      if (outcome === STOPPED) return;
      if (outcome === null) {
        summary.skipped++;
      } else if ('problem' in outcome) {
        summary.failed++;
        if (summary.failures.length < MOST_FAILURES) summary.failures.push(outcome);
      } else {
        // First: the file is there, whatever becomes of its row.
        summary.written++;
        writer.record(outcome, summary.exportId);
      }
      this.#count(summary);
      tell();
    }
  }

  /** Why a photo has no copy. @throws what ends the whole export */
  #failureOf(photo: Chosen, thrown: unknown): Failure {
    if (thrown instanceof Blocked || isCatalogError(thrown)) throw thrown;
    const failure = explainExport(thrown, photo.name, this.#parts.catalog.photos.find(photo.photoId)?.path ?? null);
    // A full disk would fail every photo that is left.
    if (failure.code === 'disk-full') throw new Blocked(failure);
    return failure;
  }

  #count({ exportId, written, skipped, failed }: ExportSummary): void {
    this.#parts.catalog.exports.setCounts(exportId, { written, skipped, failed });
  }

  /** Keeps how an export has ended. Where the catalog cannot be written, the next start ends it. */
  #keepEnd(summary: ExportSummary, isCutShort: boolean): void {
    try {
      this.#count(summary);
      // Of one that the program's end has cut short the row says what a kill would have left.
      if (!isCutShort) this.#parts.catalog.exports.setState(summary.exportId, summary.state);
    } catch (thrown) {
      console.error(thrown);
    }
  }
}

function cutShortInWords({ folder, total, written, skipped }: ExportRow, albumName: string): string {
  const there = skipped > 0 ? ` and ${count(skipped)} were there already` : '';
  return (
    `The export of “${albumName}” to “${basename(folder)}” was cut short: ${count(written)} of ` +
    `${count(total)} ${total === 1 ? 'copy was' : 'copies were'} written${there}. ` +
    'Export it again with “Skip the photo” to go on.'
  );
}
