import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { fileFailure, scanFolder, stampOf } from '../../engine/files/index.ts';
import { explainCatalogError, isCatalogError, type Catalog } from '../catalog/index.ts';
import { throttle, type Emit } from '../events.ts';
import type { HostClient } from '../hosts/client.ts';
import type { ImportResult, ImportState } from '../ipc/contract.ts';
import type { MakeAlbum } from './albumMaker.ts';
import { albumOfFolder } from './albumOfFolder.ts';
import type { Freshness } from './freshness.ts';
import { importInWords } from './importInWords.ts';
import type { PhotoCalls } from './photoCalls.ts';
import { photoAt } from './photoAt.ts';

const PROGRESS_MS = 100;
const ALBUMS_MS = 1000;

export interface ImporterParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
  freshness: Freshness;
  makeAlbum: MakeAlbum;
  emit: Emit;
  now: () => Date;
}

export interface ImportOptions {
  /** Name for an album made from a folder, instead of the folder's own. */
  albumName?: string;
}

/** Makes the album when its first photo comes, so that a folder without photos makes none. */
interface LazyAlbum {
  id: number | null;
  /** It was removed while it was being filled: nothing more is added to it. */
  removed: boolean;
  make(): Promise<number>;
}

/** One import, from its first path to its result. */
export class ImportRun {
  readonly #parts: ImporterParts;
  readonly #signal: AbortSignal;
  readonly #albumIds = new Set<number>();
  readonly #failures: Failure[] = [];
  /** Names of albums. */
  readonly #broughtBack: string[] = [];
  readonly #tellProgress;
  readonly #tellAlbums;
  #seen = 0;
  #added = 0;
  #duplicates = 0;
  #foundAgain = 0;
  #ownCopies = 0;
  #currentName = '';
  /** The folder of the last file. */
  #folder: { path: string; real: string } | null = null;

  constructor(parts: ImporterParts, signal: AbortSignal, onProgress: (progress: ImportState['progress']) => void) {
    this.#parts = parts;
    this.#signal = signal;
    this.#tellProgress = throttle(() => {
      onProgress({ seen: this.#seen, added: this.#added, currentName: this.#currentName });
    }, PROGRESS_MS);
    this.#tellAlbums = throttle(() => {
      parts.emit('albums.changed', { albumIds: [...this.#albumIds] });
      parts.freshness.tell();
    }, ALBUMS_MS);
  }

  async run(paths: readonly string[], albumId: number | null, options: ImportOptions): Promise<ImportResult> {
    if (albumId !== null) this.#parts.catalog.albums.present(albumId);
    const given: LazyAlbum | null =
      albumId === null ? null : { id: albumId, removed: false, make: () => Promise.resolve(albumId) };
    const singles = given ?? this.#newAlbum('New album', null);
    try {
      for (const path of paths) {
        if (this.#signal.aborted) break;
        await this.#top(path, given, singles, options);
      }
    } finally {
      this.#tellProgress.cancel();
      this.#tellAlbums.cancel();
      this.#parts.freshness.tell();
    }
    const albumIds = [...this.#albumIds].filter((id) => this.#parts.catalog.albums.get(id).removedAt === null);
    if (albumIds.length > 0) this.#parts.emit('albums.changed', { albumIds });
    const result = {
      albumIds,
      added: this.#added,
      duplicates: this.#duplicates,
      foundAgain: this.#foundAgain,
      broughtBack: this.#broughtBack,
      ownCopies: this.#ownCopies,
      failures: this.#failures,
      cancelled: this.#signal.aborted,
    };
    return { ...result, sentence: importInWords(result) };
  }

  async #top(path: string, given: LazyAlbum | null, singles: LazyAlbum, options: ImportOptions): Promise<void> {
    let isFolder: boolean;
    let real: string;
    try {
      const stats = await stat(path);
      isFolder = stats.isDirectory();
      // A pipe or a device would be waited for without end.
      if (!isFolder && !stats.isFile()) {
        throw new UserError(
          'not-a-photo',
          `“${basename(path)}” is not a file.`,
          'Choose photos or folders of photos.',
          {
            file: path,
          },
        );
      }
      real = await realpath(path);
    } catch (thrown) {
      this.#fail(fileFailure(path, thrown), path);
      return;
    }
    if (!isFolder) {
      await this.#file(path, singles);
      return;
    }
    const album = given ?? this.#newAlbum(options.albumName ?? (basename(real) || real), real);
    const before = this.#seen + this.#failures.length;
    for await (const found of scanFolder(path)) {
      if (this.#signal.aborted || album.removed) return;
      if (found.kind === 'failure') this.#failures.push(found.failure);
      else await this.#file(found.path, album);
    }
    if (this.#seen + this.#failures.length === before) {
      this.#fail(
        new UserError(
          'not-a-photo',
          `There are no photos in “${basename(real) || real}”.`,
          'Choose a folder that holds JPEG, PNG, WebP, TIFF or AVIF files.',
          { file: path },
        ),
        path,
      );
    }
  }

  /** An album of this name, or the one that stands for `folder`. */
  #newAlbum(name: string, folder: string | null): LazyAlbum {
    const album: LazyAlbum = {
      id: null,
      removed: false,
      make: async () => {
        album.id ??= await (folder === null ? this.#parts.makeAlbum(name, null) : this.#albumOf(folder, name));
        return album.id;
      },
    };
    return album;
  }

  async #albumOf(folder: string, name: string): Promise<number> {
    const { albumId, isBroughtBack } = await albumOfFolder(this.#parts, folder, name, this.#signal);
    if (isBroughtBack) this.#broughtBack.push(this.#parts.catalog.albums.get(albumId).name);
    return albumId;
  }

  async #file(path: string, album: LazyAlbum): Promise<void> {
    if (album.removed) return;
    this.#seen++;
    this.#currentName = basename(path);
    try {
      if (await this.#isOwnCopy(path)) {
        this.#ownCopies++;
        this.#tellProgress();
        return;
      }
      const { photo, isFoundAgain } = await photoAt(this.#parts, path);
      const albumId = await album.make();
      this.#assertPresent(album, albumId);
      this.#albumIds.add(albumId);
      if (this.#parts.catalog.albumPhotos.has(albumId, photo.photoId)) {
        if (isFoundAgain) this.#foundAgain++;
        else this.#duplicates++;
      } else {
        this.#parts.catalog.albumPhotos.put(albumId, photo.photoId, this.#parts.now().toISOString());
        this.#added++;
      }
      this.#tellAlbums();
    } catch (thrown) {
      // Without a generator or a catalog nothing can be added at all: that ends the import, with its sentence.
      if (isCatalogError(thrown)) throw explainCatalogError(thrown);
      // The import's result says that it was cancelled; no photo is to blame.
      if (thrown instanceof UserError && thrown.code === 'cancelled' && this.#signal.aborted) return;
      if (thrown instanceof UserError && (thrown.code === 'generator' || thrown.code === 'runtime')) throw thrown;
      this.#fail(thrown, path);
    }
    this.#tellProgress();
  }

  /**
   * True for a copy that an export wrote, as long as it is as large as it was then: an export often lies in the folder of
   * its originals, and would be protected again as if it were one of them.
   */
  async #isOwnCopy(path: string): Promise<boolean> {
    const { protections } = this.#parts.catalog;
    const real = join(await this.#realFolder(dirname(path)), basename(path));
    // The system may tell a name with its accents composed in another way than the one it was written with.
    for (const place of new Set([real, real.normalize('NFC'), real.normalize('NFD')])) {
      const bytes = protections.exportedBytes(place);
      if (bytes === null) continue;
      // Why it cannot be looked at is said when the file is read.
      const now = await stampOf(path).catch(() => null);
      if (now?.bytes === bytes) return true;
    }
    return false;
  }

  /** Exports are known by the real path of their folder. Asked once for each folder: its files come one after the other. */
  async #realFolder(folder: string): Promise<string> {
    if (this.#folder?.path !== folder)
      this.#folder = { path: folder, real: await realpath(folder).catch(() => folder) };
    return this.#folder.real;
  }

  /** @throws UserError when the album has been removed: once, because no further photo of it is looked at. */
  #assertPresent(album: LazyAlbum, albumId: number): void {
    try {
      this.#parts.catalog.albums.present(albumId);
    } catch (thrown) {
      album.removed = true;
      throw thrown;
    }
  }

  #fail(thrown: unknown, path: string): void {
    this.#failures.push(toFailure(thrown, path));
  }
}
