/** One copy of an export: which file it is, rendered anew, named, and kept in the catalog. */
import { rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import { renameFailure, sweepTemporaryFiles, temporaryPath } from '../../engine/files/index.ts';
import type { RenderedCopy, RenderOptions } from '../../engine/photo/types.ts';
import { isCatalogError, type Catalog, type PhotoRow, type ProtectionRow } from '../catalog/index.ts';
import { HostStopped, type HostClient } from '../hosts/client.ts';
import type { ExportPreset } from '../ipc/contract.ts';
import { inData } from '../jobs/names.ts';
import type { Freshness } from '../library/freshness.ts';
import type { PhotoCalls } from '../library/photoCalls.ts';
import { protectedOriginal } from '../library/protectedOriginal.ts';
import { asAbout, stopWithout } from './failures.ts';
import { fillTemplate } from './names.ts';
import type { ExportTarget } from './target.ts';

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

export interface CopyParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
  freshness: Pick<Freshness, 'refresh'>;
  dataFolder: string;
  now: () => Date;
}

/** A photo that is to be exported. */
export interface Chosen {
  photoId: number;
  name: string;
  protectionId: number | null;
}

/** A copy that has its name, with what the catalog is to keep of it. */
export interface Written {
  protection: ProtectionRow;
  copy: RenderedCopy;
  path: string;
}

/** What all copies of an export share. */
export interface CopyContext {
  albumName: string;
  total: number;
  target: ExportTarget;
  preset: ExportPreset;
}

export class CopyWriter {
  readonly #parts: CopyParts;
  readonly #context: CopyContext;

  constructor(parts: CopyParts, context: CopyContext) {
    this.#parts = parts;
    this.#context = context;
  }

  /**
   * Writes one copy, or answers null when it was skipped.
   * @param n which one it is, from 1
   * @throws UserError why this photo has none; Blocked when no other could be written, either; what the catalog throws
   */
  async write(photo: Chosen, n: number): Promise<Written | null> {
    const { catalog } = this.#parts;
    const { target, preset, albumName, total } = this.#context;
    const protection = photo.protectionId === null ? undefined : catalog.protections.find(photo.protectionId);
    if (protection === undefined) {
      throw new UserError('bad-setting', `“${photo.name}” is not protected yet.`, 'Protect it first.');
    }
    const { freshness } = this.#parts;
    const remedy = 'Protect it again, then export it.';
    const original = await protectedOriginal(freshness, photo.photoId, protection, remedy);
    const stem = fillTemplate(preset.naming, {
      name: basename(original.name, extname(original.name)),
      album: albumName,
      n,
      total,
      takenAt: original.takenAt,
    });
    try {
      return await this.#render(original, protection, stem);
    } catch (thrown) {
      // A name that is taken is about this photo only.
      const isNameTaken = thrown instanceof UserError && thrown.code === 'name-taken';
      if (!isNameTaken && !isCatalogError(thrown)) await stopWithout(target);
      throw thrown;
    }
  }

  /** Renders and names one copy, or answers null when it is to be skipped. */
  async #render(original: PhotoRow, protection: ProtectionRow, stem: string): Promise<Written | null> {
    const { host, dataFolder } = this.#parts;
    const { target, preset } = this.#context;
    const ending = ENDINGS[preset.format === 'same' ? original.format : preset.format] ?? '.jpg';
    const choice = await target.choose(stem, ending, preset.conflict, original.photoId);
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
      // One export runs at a time: what a host that stopped was writing there is nobody's any more.
      if (thrown instanceof HostStopped) await sweepTemporaryFiles(target.folder);
      throw asAbout(planned, outStem, thrown);
    }
    try {
      return { protection, copy, path: await target.publish(copy.path, choice, stem, ending) };
    } catch (thrown) {
      await rm(copy.path, { force: true }).catch(() => undefined);
      throw renameFailure(planned, thrown);
    }
  }

  /** Keeps the copy in the catalog. */
  record({ protection, copy, path }: Written, exportId: number): void {
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

/**
 * A preset in the engine's words: without GPS or EXIF, XMP and IPTC go, too, as their captions and keywords can name the
 * place.
 */
export function renderOptionsOf(preset: ExportPreset): RenderOptions {
  return {
    format: preset.format,
    quality: preset.quality,
    longEdge: preset.longEdge,
    colour: preset.colour,
    metadata: { exif: preset.exif, xmp: preset.exif === 'keep' ? 'keep' : 'strip' },
  };
}
