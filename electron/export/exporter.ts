import { rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { writeFailure } from '../../engine/files/index.ts';
import type { RenderedCopy, RenderOptions } from '../../engine/photo/types.ts';
import {
  explainCatalogError,
  isCatalogError,
  type Catalog,
  type PhotoRow,
  type ProtectionRow,
} from '../catalog/index.ts';
import { throttle, type Emit } from '../events.ts';
import { sweepTemporaryFiles, temporaryPath } from '../files.ts';
import type { HostClient } from '../hosts/client.ts';
import type { ExportPreset, ExportSummary } from '../ipc/contract.ts';
import { inData } from '../jobs/names.ts';
import type { Freshness } from '../library/freshness.ts';
import type { PhotoCalls } from '../library/photoCalls.ts';
import { asAbout, explainExport, ExportStopped, stopWithout } from './failures.ts';
import { fillTemplate } from './names.ts';
import { isOriginal } from './originals.ts';
import { ExportTarget } from './target.ts';

const PROGRESS_MS = 100;
/** So many failures are kept and told; of the others only their number. */
const MOST_FAILURES = 200;

/** The endings that copies get; what an original is called does not matter. */
const ENDINGS: Readonly<Record<string, string>> = {
  jpeg: '.jpg',
  png: '.png',
  webp: '.webp',
  tiff: '.tif',
  avif: '.avif',
  // Cannot be written: its copy is a JPEG.
  heic: '.jpg',
};

export interface ExporterParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
  freshness: Pick<Freshness, 'refresh'>;
  dataFolder: string;
  emit: Emit;
  now: () => Date;
}

interface Chosen {
  photoId: number;
  name: string;
  protectionId: number | null;
}

interface Run {
  summary: ExportSummary;
  abort: AbortController;
  albumName: string;
  chosen: readonly Chosen[];
  preset: ExportPreset;
}

/** A copy that has its name, with what the catalog is to keep of it. */
interface Written {
  protection: ProtectionRow;
  copy: RenderedCopy;
  path: string;
}

/** Writes protected copies for upload: rendered anew from original and noise, never over an original. */
export class Exporter {
  readonly #parts: ExporterParts;
  readonly #runs = new Map<number, Run>();
  #line: Promise<unknown> = Promise.resolve();

  constructor(parts: ExporterParts) {
    this.#parts = parts;
  }

  /** Ends what a kill has cut short: its temporary files go, the copies that it finished stay. */
  async recover(): Promise<void> {
    const { catalog } = this.#parts;
    for (const row of catalog.exports.unfinished()) {
      catalog.exports.setState(row.exportId, 'cancelled');
      await sweepTemporaryFiles(row.folder);
    }
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
      stoppedBy: null,
    };
    const run: Run = { summary, abort: new AbortController(), albumName: album.name, chosen, preset };
    this.#runs.set(exportId, run);
    const work = this.#line.then(() => this.#run(run));
    this.#line = work.catch((thrown: unknown) => console.error(thrown));
    return structuredClone(summary);
  }

  /** Ends an export; what it has written stays. */
  cancel(exportId: number): void {
    this.#runs.get(exportId)?.abort.abort();
  }

  cancelAll(): void {
    for (const run of this.#runs.values()) run.abort.abort();
  }

  /** True while an export is under way or waits. */
  get isRunning(): boolean {
    return this.#runs.size > 0;
  }

  /** Resolves when no export is running. */
  async idle(): Promise<void> {
    await this.#line;
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

  async #openTarget(folder: string): Promise<ExportTarget> {
    return ExportTarget.open(folder, (path) => isOriginal(this.#parts.catalog.photos, path));
  }

  /** Takes an export to its end, whatever that is, and always tells it. */
  async #run(run: Run): Promise<void> {
    const { emit } = this.#parts;
    const { summary, abort } = run;
    const tell = throttle(() => emit('export.changed', structuredClone(summary)), PROGRESS_MS);
    try {
      if (!abort.signal.aborted) await this.#writeAll(run, tell);
    } catch (thrown) {
      if (!(thrown instanceof ExportStopped || thrown instanceof UserError)) console.error(thrown);
      summary.stoppedBy = thrown instanceof ExportStopped ? thrown.failure : toFailure(explainCatalogError(thrown));
    } finally {
      tell.cancel();
      summary.state = abort.signal.aborted || summary.stoppedBy !== null ? 'cancelled' : 'done';
      this.#runs.delete(summary.exportId);
      this.#keepEnd(summary);
      emit('export.changed', structuredClone(summary));
    }
  }

  /**
   * Writes the copies one after the other.
   * @throws ExportStopped, UserError or what the catalog throws, when the photos that are left cannot be written either.
   */
  async #writeAll({ summary, abort, albumName, chosen, preset }: Run, tell: () => void): Promise<void> {
    const target = await this.#openTarget(summary.folder);
    let n = 0;
    for (const photo of chosen) {
      if (abort.signal.aborted) return;
      n++;
      const outcome = await this.#one(photo, { albumName, n, total: chosen.length, target, preset }).catch(
        (thrown: unknown) => this.#failureOf(photo, thrown),
      );
      if (outcome === null) {
        summary.skipped++;
      } else if ('problem' in outcome) {
        summary.failed++;
        if (summary.failures.length < MOST_FAILURES) summary.failures.push(outcome);
      } else {
        // First: the file is there, whatever becomes of its row.
        summary.written++;
        this.#record(outcome, summary.exportId);
      }
      this.#count(summary);
      tell();
    }
  }

  /** Why a photo has no copy. @throws what ends the whole export */
  #failureOf(photo: Chosen, thrown: unknown): Failure {
    if (thrown instanceof ExportStopped || isCatalogError(thrown)) throw thrown;
    const failure = explainExport(thrown, photo.name, this.#parts.catalog.photos.find(photo.photoId)?.path ?? null);
    // A full disk would fail every photo that is left.
    if (failure.code === 'disk-full') throw new ExportStopped(failure);
    return failure;
  }

  #count({ exportId, written, skipped, failed }: ExportSummary): void {
    this.#parts.catalog.exports.setCounts(exportId, { written, skipped, failed });
  }

  /** Keeps how an export has ended. Where the catalog cannot be written, the next start ends it. */
  #keepEnd(summary: ExportSummary): void {
    try {
      this.#count(summary);
      this.#parts.catalog.exports.setState(summary.exportId, summary.state);
    } catch (thrown) {
      console.error(thrown);
    }
  }

  /** Writes one copy, or answers null when it was skipped. */
  async #one(
    photo: Chosen,
    context: { albumName: string; n: number; total: number; target: ExportTarget; preset: ExportPreset },
  ): Promise<Written | null> {
    const { catalog } = this.#parts;
    const { target, preset } = context;
    const protection = photo.protectionId === null ? undefined : catalog.protections.find(photo.protectionId);
    if (protection === undefined) {
      throw new UserError('bad-setting', `“${photo.name}” is not protected yet.`, 'Protect it first.');
    }
    const original = await this.#unchanged(photo.photoId, protection);
    const stem = fillTemplate(preset.naming, {
      name: basename(original.name, extname(original.name)),
      album: context.albumName,
      n: context.n,
      total: context.total,
      takenAt: original.takenAt,
    });
    try {
      return await this.#write(original, protection, target, stem, preset);
    } catch (thrown) {
      // A name that is taken is about this photo only.
      const isNameTaken = thrown instanceof UserError && thrown.code === 'name-taken';
      if (!isNameTaken && !isCatalogError(thrown)) await stopWithout(target);
      throw thrown;
    }
  }

  /** Renders and names one copy, or answers null when it is to be skipped. */
  async #write(
    original: PhotoRow,
    protection: ProtectionRow,
    target: ExportTarget,
    stem: string,
    preset: ExportPreset,
  ): Promise<Written | null> {
    const { host, dataFolder } = this.#parts;
    const ending = ENDINGS[preset.format === 'same' ? original.format : preset.format] ?? '.jpg';
    const choice = await target.choose(stem, ending, preset.conflict);
    if (choice === null) return null;
    const outStem = temporaryPath(target.folder);
    const planned = join(target.folder, choice.name);
    let copy: RenderedCopy;
    try {
      copy = await host.call('render', {
        source: original.path,
        noise: inData(dataFolder, protection.noiseFile),
        rhoU: protection.rhoU,
        options: renderOptionsOf(preset),
        outStem,
      });
    } catch (thrown) {
      throw asAbout(planned, outStem, thrown);
    }
    try {
      return { protection, copy, path: await target.publish(copy.path, choice, stem, ending) };
    } catch (thrown) {
      await rm(copy.path, { force: true }).catch(() => undefined);
      throw writeFailure(planned, thrown);
    }
  }

  /** The original, if it is still what was protected: the noise fits no other. */
  async #unchanged(photoId: number, protection: ProtectionRow): Promise<PhotoRow> {
    const photo = await this.#parts.freshness.refresh(photoId);
    if (photo.sha256 !== protection.sourceSha256) {
      throw new UserError(
        'vanished',
        `“${photo.name}” has changed since it was protected.`,
        'Protect it again, then export it.',
        { file: photo.path },
      );
    }
    return photo;
  }

  #record({ protection, copy, path }: Written, exportId: number): void {
    const { catalog, now } = this.#parts;
    const { figures, seconds } = copy;
    catalog.protections.insertCopy(
      {
        protectionId: protection.protectionId,
        file: path,
        format: copy.format,
        width: copy.width,
        height: copy.height,
        bytes: copy.bytes,
        lossless: copy.lossless ? 1 : 0,
        maxAbs: figures.maxAbs,
        psnr: figures.psnr,
        ssim: figures.ssim,
        secondsDecode: seconds.decode,
        secondsRender: seconds.render,
        secondsEncode: seconds.encode,
        exportId,
      },
      now().toISOString(),
    );
  }
}

/** A preset in the engine's words: without GPS or EXIF, the other blocks that may hold a place go, too. */
export function renderOptionsOf(preset: ExportPreset): RenderOptions {
  return {
    format: preset.format,
    quality: preset.quality,
    longEdge: preset.longEdge,
    colour: preset.colour,
    metadata: { exif: preset.exif, xmp: preset.exif === 'keep' ? 'keep' : 'strip' },
  };
}
