import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import { isSameStamp, stampOf } from '../../engine/files/index.ts';
import type { Catalog, PhotoRow, ProtectionRow } from '../catalog/index.ts';
import type { HostClient } from '../hosts/client.ts';
import type { ImageCache } from './imageCache.ts';
import type { PhotoCalls } from './photoCalls.ts';

/** A picture for the window: a file and what it is. */
export interface ImageFile {
  path: string;
  type: string;
}

/** Longest edges that thumbnails are made at; a wish is rounded up to one, so that the cache stays small. */
const EDGES = [160, 320, 640, 1280];
const LARGEST_EDGE = 2560;

/** How much the noise is amplified when it is shown. */
const AMPLIFICATION = 8;

/** What every browser shows as it is. */
const SHOWN: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
};

/** A preview on disk: one photo protected with a strength, to look at before the album runs. */
export interface PreviewFiles {
  /** Never given twice. */
  key: string;
  photoId: number;
  rhoU: number;
  copy: { path: string; format: string };
  noisePath: string;
}

export interface ImagesParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
  cache: ImageCache;
  /** The folder that the catalog's relative names start from. */
  dataFolder: string;
  findPreview: (previewId: number) => PreviewFiles | undefined;
}

/** Writes a picture, whole or not at all, to the path that it is given. */
type Make = (out: string) => Promise<unknown>;

/** What the name of a whole picture in the cache ends with. */
const FULL = '-full.png';

/** A photo's file is not as the catalog knows it. */
class OtherContent extends Error {
  readonly key: string;

  constructor(key: string) {
    super('The file has changed.');
    this.key = key;
  }
}

/** The pictures behind the `photo:` protocol. */
export class Images {
  readonly #parts: ImagesParts;

  constructor(parts: ImagesParts) {
    this.#parts = parts;
  }

  /** An upright thumbnail, at least `edge` pixels on its longest side when the photo has them. */
  async thumbnail(photoId: number, edge: number): Promise<ImageFile> {
    const photo = this.#photo(photoId);
    const size = EDGES.find((candidate) => candidate >= edge) ?? LARGEST_EDGE;
    const path = await this.#ofContent(photo, `-${size}.webp`, (out) =>
      this.#parts.host.call('thumbnail', { path: photo.path, edge: size, out }),
    );
    return { path, type: 'image/webp' };
  }

  /** The original as a browser can show it. */
  async original(photoId: number): Promise<ImageFile> {
    const photo = this.#photo(photoId);
    return this.#shown(photo.path, photo.format, photo, (make) => this.#ofContent(photo, FULL, make));
  }

  /** The library's protected copy as a browser can show it. */
  async protectedCopy(protectionId: number): Promise<ImageFile> {
    const { protection, path } = this.#protection(protectionId);
    const copy = this.#parts.catalog.protections.libraryCopy(protectionId);
    if (copy === undefined) throw notThere();
    return this.#shown(path(copy.file), copy.format, this.#photo(protection.photoId), (make) =>
      this.#parts.cache.get(protection.key + FULL, make),
    );
  }

  /** A protection's noise, amplified, on mid-grey. */
  async noise(protectionId: number): Promise<ImageFile> {
    const { protection, path } = this.#protection(protectionId);
    return this.#noiseView(path(protection.noiseFile), protection.rhoU, protection.noiseSha256);
  }

  async preview(previewId: number): Promise<ImageFile> {
    const preview = this.#preview(previewId);
    const { path, format } = preview.copy;
    return this.#shown(path, format, this.#photo(preview.photoId), (make) =>
      this.#parts.cache.get(preview.key + FULL, make),
    );
  }

  async previewNoise(previewId: number): Promise<ImageFile> {
    const preview = this.#preview(previewId);
    return this.#noiseView(preview.noisePath, preview.rhoU, preview.key);
  }

  /** The file itself where a browser shows it right, else a lossless picture made from it. */
  async #shown(
    path: string,
    format: string,
    photo: PhotoRow,
    kept: (make: Make) => Promise<string>,
  ): Promise<ImageFile> {
    const type = SHOWN[format];
    // Browsers ignore the profile of a CMYK picture, and the orientation that some PNG and WebP files carry.
    const obeysTags = format === 'jpeg' || format === 'avif' || (photo.orientation === 1 && photo.bitDepth === 8);
    if (type !== undefined && photo.colour !== 'cmyk' && obeysTags) return { path, type };
    const made = await kept((out) => this.#parts.host.call('viewable', { path, out }));
    return { path: made, type: 'image/png' };
  }

  /**
   * The path of what `make` makes of a photo's file, kept under its content's hash. A file that has changed since the
   * catalog saw it is kept under its size and time as well: the hash stands for the content that it had.
   */
  async #ofContent(photo: PhotoRow, ending: string, make: Make): Promise<string> {
    const { cache } = this.#parts;
    try {
      return await cache.get(photo.sha256 + ending, async (out) => {
        await make(out);
        // After the making: what was changed in the middle of it is not the known content either.
        try {
          const now = await stampOf(photo.path);
          if (!isSameStamp(now, photo)) throw new OtherContent(`${photo.sha256}-${now.bytes}-${now.mtimeMs}`);
        } catch (thrown) {
          await rm(out, { force: true });
          throw thrown;
        }
      });
    } catch (thrown) {
      if (!(thrown instanceof OtherContent)) throw thrown;
      return cache.get(thrown.key + ending, make);
    }
  }

  async #noiseView(noise: string, rhoU: number, key: string): Promise<ImageFile> {
    const path = await this.#parts.cache.get(`${key}-noise.png`, (out) =>
      this.#parts.host.call('noiseView', { noise, rhoU, amplification: AMPLIFICATION, out }),
    );
    return { path, type: 'image/png' };
  }

  #photo(photoId: number): PhotoRow {
    const photo = this.#parts.catalog.photos.find(photoId);
    if (photo === undefined) throw notThere();
    return photo;
  }

  #protection(protectionId: number): { protection: ProtectionRow; path: (file: string) => string } {
    const protection = this.#parts.catalog.protections.find(protectionId);
    if (protection === undefined) throw notThere();
    return { protection, path: (file) => join(this.#parts.dataFolder, file) };
  }

  #preview(previewId: number): PreviewFiles {
    const preview = this.#parts.findPreview(previewId);
    if (preview === undefined) throw notThere();
    return preview;
  }
}

function notThere(): UserError {
  return new UserError('vanished', 'This picture is not there.', 'Look at the album again.');
}
