import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { fileFailure, scanFolder, stampOf } from '../../engine/files/index.ts';
import { explainCatalogError, isCatalogError, type Catalog, type PhotoRow } from '../catalog/index.ts';
import { throttle, type Emit } from '../events.ts';
import type { HostClient } from '../hosts/client.ts';
import type { ImportResult, ImportState } from '../ipc/contract.ts';
import type { MakeAlbum } from './albumMaker.ts';
import { readFacts, type Freshness } from './freshness.ts';
import { importInWords } from './importInWords.ts';
import type { PhotoCalls } from './photoCalls.ts';

const PROGRESS_MS = 100;
const NOTHING: ImportState = { running: false, cancelling: false, progress: null, result: null, failure: null };
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

class ImportRun {
  readonly #parts: ImporterParts;
  readonly #signal: AbortSignal;
  readonly #albumIds = new Set<number>();
  readonly #failures: Failure[] = [];
  readonly #tellProgress;
  readonly #tellAlbums;
  #seen = 0;
  #added = 0;
  #duplicates = 0;
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
    this.#tellAlbums = throttle(() => parts.emit('albums.changed', { albumIds: [...this.#albumIds] }), ALBUMS_MS);
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
    }
    const albumIds = [...this.#albumIds].filter((id) => this.#parts.catalog.albums.get(id).removedAt === null);
    if (albumIds.length > 0) this.#parts.emit('albums.changed', { albumIds });
    const result = {
      albumIds,
      added: this.#added,
      duplicates: this.#duplicates,
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
          'Choose a folder that holds JPEG, PNG, WebP, TIFF, AVIF or HEIC files.',
          { file: path },
        ),
        path,
      );
    }
  }

  /** The album of that folder when it was added before, else a new one. */
  #newAlbum(name: string, folder: string | null): LazyAlbum {
    const { catalog, makeAlbum } = this.#parts;
    const album: LazyAlbum = {
      id: folder === null ? null : (catalog.albums.findByFolder(folder)?.albumId ?? null),
      removed: false,
      make: async () => {
        album.id ??= await makeAlbum(name, folder);
        return album.id;
      },
    };
    return album;
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
      const photo = await this.#photo(path);
      const albumId = await album.make();
      this.#assertPresent(album, albumId);
      this.#albumIds.add(albumId);
      if (this.#parts.catalog.albumPhotos.has(albumId, photo.photoId)) {
        this.#duplicates++;
      } else {
        this.#parts.catalog.albumPhotos.put(albumId, photo.photoId, this.#parts.now().toISOString());
        this.#added++;
        this.#tellAlbums();
      }
    } catch (thrown) {
      // Without a generator or a catalog nothing can be added at all: that ends the import, with its sentence.
      if (isCatalogError(thrown)) throw explainCatalogError(thrown);
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

  /** The row for what is at `path` now. A path that is known and unchanged is not read again. */
  async #photo(path: string): Promise<PhotoRow> {
    const { catalog, freshness, host, now } = this.#parts;
    const there = catalog.photos.findByPath(path);
    if (there !== undefined) return freshness.refresh(there.photoId);
    const facts = await readFacts(host, path);
    const same = catalog.photos.findByContent(facts.sha256);
    const still = same === undefined ? null : await this.#stillThere(same);
    if (still?.sha256 === facts.sha256) return still;
    return catalog.transaction(() => {
      const known = catalog.photos.findByContent(facts.sha256);
      if (known !== undefined) catalog.photos.moveTo(known.photoId, path, facts.name, facts.mtimeMs);
      const photoId = known?.photoId ?? catalog.photos.insert(facts, now().toISOString());
      const row = catalog.photos.find(photoId);
      if (row === undefined) throw new Error(`photo ${photoId} left the catalog`);
      return row;
    });
  }

  /**
   * The row for the file where this content was last seen; null when there is none that can be read. A photo that was
   * edited there stays in its albums as it is now, and its old content, found elsewhere, is another photo.
   */
  async #stillThere({ photoId }: PhotoRow): Promise<PhotoRow | null> {
    try {
      return await this.#parts.freshness.refresh(photoId);
    } catch (thrown) {
      if (thrown instanceof UserError) return null;
      throw thrown;
    }
  }

  #fail(thrown: unknown, path: string): void {
    this.#failures.push(toFailure(thrown, path));
  }
}
