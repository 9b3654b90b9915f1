import { rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { fileFailure, writeFailure } from '../../engine/files/index.ts';
import type { RenderedCopy, RenderOptions } from '../../engine/photo/types.ts';
import type { Catalog, PhotoRow, ProtectionRow } from '../catalog/index.ts';
import { throttle, type Emit } from '../events.ts';
import { sweepTemporaryFiles, temporaryPath } from '../files.ts';
import { HostStopped, type HostClient } from '../hosts/client.ts';
import type { ExportPreset, ExportSummary } from '../ipc/contract.ts';
import { inData } from '../jobs/names.ts';
import type { Freshness } from '../library/freshness.ts';
import type { PhotoCalls } from '../library/photoCalls.ts';
import { fillTemplate } from './names.ts';
import { ExportTarget } from './target.ts';

const PROGRESS_MS = 100;

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

interface Run {
  summary: ExportSummary;
  abort: AbortController;
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
    const target = await ExportTarget.open(folder, (path) => this.#isOriginal(path));
    const exportId = catalog.exports.insert(albumId, target.folder, preset, chosen.length, now().toISOString());
    const summary: ExportSummary = {
      exportId,
      folder: target.folder,
      state: 'running',
      total: chosen.length,
      written: 0,
      skipped: 0,
      failures: [],
    };
    const run: Run = { summary, abort: new AbortController() };
    this.#runs.set(exportId, run);
    const work = this.#line.then(() => this.#run(run, album.name, chosen, target, preset));
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

  async #run(
    run: Run,
    albumName: string,
    chosen: readonly { photoId: number; name: string; protectionId: number | null }[],
    target: ExportTarget,
    preset: ExportPreset,
  ): Promise<void> {
    const { catalog, emit } = this.#parts;
    const { summary, abort } = run;
    const tell = throttle(() => emit('export.changed', structuredClone(summary)), PROGRESS_MS);
    let n = 0;
    for (const photo of chosen) {
      if (abort.signal.aborted) break;
      n++;
      try {
        const path = await this.#one(photo, { albumName, n, total: chosen.length, summary, target, preset });
        if (path === null) summary.skipped++;
        else summary.written++;
      } catch (thrown) {
        const failure = explainExport(thrown, photo.name, catalog.photos.find(photo.photoId)?.path ?? null);
        summary.failures.push(failure);
        // A full disk would fail every photo that is left.
        if (failure.code === 'disk-full') abort.abort();
      }
      catalog.exports.setCounts(summary.exportId, {
        written: summary.written,
        skipped: summary.skipped,
        failed: summary.failures.length,
      });
      tell();
    }
    tell.cancel();
    summary.state = abort.signal.aborted ? 'cancelled' : 'done';
    catalog.exports.setState(summary.exportId, summary.state);
    emit('export.changed', structuredClone(summary));
    this.#runs.delete(summary.exportId);
  }

  /** Writes one copy. Answers its path, or null when it was skipped. */
  async #one(
    photo: { photoId: number; name: string; protectionId: number | null },
    context: {
      albumName: string;
      n: number;
      total: number;
      summary: ExportSummary;
      target: ExportTarget;
      preset: ExportPreset;
    },
  ): Promise<string | null> {
    const { catalog, host, dataFolder, now } = this.#parts;
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
    const format = preset.format === 'same' ? original.format : preset.format;
    const ending = ENDINGS[format] ?? '.jpg';
    const choice = await target.choose(stem, ending, preset.conflict);
    if (choice === null) return null;
    const copy = await host.call('render', {
      source: original.path,
      noise: inData(dataFolder, protection.noiseFile),
      rhoU: protection.rhoU,
      options: renderOptionsOf(preset),
      outStem: temporaryPath(target.folder),
    });
    let path: string;
    try {
      path = await target.publish(copy.path, choice, stem, ending);
    } catch (thrown) {
      await rm(copy.path, { force: true });
      throw writeFailure(join(target.folder, `${stem}.${ending}`), thrown);
    }
    this.#record(protection, copy, path, context.summary.exportId, now().toISOString());
    return path;
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

  #record(protection: ProtectionRow, copy: RenderedCopy, path: string, exportId: number, now: string): void {
    const { figures, seconds } = copy;
    this.#parts.catalog.protections.insertCopy(
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
      now,
    );
  }

  async #isOriginal(path: string): Promise<boolean> {
    const candidates = this.#parts.catalog.photos.pathsByName(basename(path));
    if (candidates.length === 0) return false;
    const there = await stat(path, { bigint: true });
    for (const candidate of candidates) {
      const original = await stat(candidate, { bigint: true }).catch(() => null);
      if (original !== null && original.dev === there.dev && original.ino === there.ino) return true;
    }
    return false;
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

function explainExport(thrown: unknown, name: string, path: string | null): Failure {
  if (thrown instanceof HostStopped) {
    return {
      code: 'runtime',
      problem: `Rendering “${name}” stopped in the middle.`,
      remedy: 'Close other programs to free memory and export it again.',
      file: path,
    };
  }
  return toFailure(fileFailure(path ?? name, thrown), path ?? undefined);
}
