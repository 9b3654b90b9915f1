/**
 * The one typed contract between the renderer and the main process. Each request has a schema for its input; the
 * main process checks the sender and the input of every call, and answers with a `Reply`. Types only are imported
 * by the renderer.
 */
import { z } from 'zod';
import { RUNTIME_CHOICES } from '../../engine/auto/candidates.ts';
import type { RuntimeTable } from '../../engine/auto/types.ts';
import type { Failure } from '../../engine/errors.ts';
import type { ProtectionTestState } from './protectionTest.ts';

export type { RuntimeChoice } from '../../engine/auto/candidates.ts';
export type { RuntimeRow, RuntimeTable } from '../../engine/auto/types.ts';
export type { Failure } from '../../engine/errors.ts';

const id = z.number().int().positive();
const ids = z.array(id).min(1).max(200_000);
const path = z.string().min(1).max(32_768);
const rhoU = z.number().min(1).max(32);
const empty = z.undefined();

/** Where a photo stands in its album's order. */
const photoPlace = z.strictObject({ position: z.number().int(), photoId: id });
export type PhotoPlace = z.infer<typeof photoPlace>;

export const exportPreset = z.strictObject({
  format: z.enum(['same', 'jpeg', 'png', 'webp', 'avif', 'tiff']),
  quality: z.number().int().min(1).max(100),
  /** Pixels; null keeps the size of the original. */
  longEdge: z.number().int().min(16).max(30_000).nullable(),
  colour: z.enum(['keep', 'srgb']),
  exif: z.enum(['keep', 'strip-gps', 'strip']),
  /** `{name}`, `{album}`, `{n}`, `{date}` are replaced; the extension is added. */
  naming: z.string().min(1).max(200),
  conflict: z.enum(['unique', 'overwrite', 'skip']),
});
export type ExportPreset = z.infer<typeof exportPreset>;

export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** ρ_u in units of 1/255 that a new job starts with. */
  rhoU,
  runtime: z.enum(RUNTIME_CHOICES),
  /** Threads the engine may use; null: as many as help. */
  threads: z.number().int().min(1).max(256).nullable(),
  /** Low: other programs go first. */
  priority: z.enum(['normal', 'low']),
  /** When jobs work; `idle`: while nobody is at the computer. */
  workWhen: z.enum(['always', 'plugged-in', 'idle']),
  export: exportPreset,
});
export type Settings = z.infer<typeof settings>;
/** Some settings; what is undefined stays as it is. */
export type SettingsChange = { [K in keyof Settings]?: Settings[K] | undefined };

/** Input schema of every request. The channel name is the key. */
export const requests = {
  'app.info': empty,
  /** Answers when the engine has been loaded; the first time, when every way of computing has been tried. */
  'app.engine': empty,
  'settings.get': empty,
  'settings.set': settings.partial(),

  /** What is known of every way of computing; when nothing is, they are tried first. */
  'runtimes.table': empty,
  /** Tries them all again. */
  'runtimes.measure': empty,

  'library.chooseFolders': empty,
  'library.chooseFiles': empty,
  'library.import': z.strictObject({
    paths: z.array(path).min(1).max(100_000),
    /** Add to this album; null makes one album for each folder. */
    albumId: id.nullable(),
  }),
  'library.importSample': empty,
  'library.importState': empty,
  'library.cancelImport': empty,
  /** The result has been read. */
  'library.dismissImport': empty,

  'albums.list': empty,
  'albums.create': z.strictObject({ name: z.string().trim().min(1).max(200) }),
  'albums.rename': z.strictObject({ albumId: id, name: z.string().trim().min(1).max(200) }),
  'albums.remove': z.strictObject({ albumId: id }),
  'albums.restore': z.strictObject({ albumId: id }),
  /** A page of an album, behind `after` in its order; null: from its beginning. */
  'albums.photos': z.strictObject({
    albumId: id,
    after: photoPlace.nullable(),
    limit: z.number().int().min(1).max(10_000),
  }),
  /** The user may have changed its files: they are looked at, and what has changed is told by events. */
  'albums.check': z.strictObject({ albumId: id }),
  'albums.removePhotos': z.strictObject({ albumId: id, photoIds: ids }),
  'albums.addPhotos': z.strictObject({ albumId: id, photoIds: ids }),

  'photos.details': z.strictObject({ photoId: id }),
  'photos.showOriginal': z.strictObject({ photoId: id }),

  'jobs.protectAlbum': z.strictObject({ albumId: id, rhoU, photoIds: ids.nullable() }),
  'jobs.preview': z.strictObject({ albumId: id, photoId: id, rhoU }),
  'jobs.list': empty,
  'jobs.pause': z.strictObject({ jobId: id }),
  'jobs.resume': z.strictObject({ jobId: id }),
  'jobs.cancel': z.strictObject({ jobId: id }),
  'jobs.retry': z.strictObject({ jobId: id }),
  'jobs.failures': z.strictObject({ jobId: id }),
  'jobs.clearFinished': empty,

  'protectionTest.show': z.strictObject({ albumId: id }),
  'protectionTest.start': z.strictObject({ albumId: id }),
  'protectionTest.cancel': z.strictObject({ albumId: id }),

  'export.chooseFolder': empty,
  'export.start': z.strictObject({ albumId: id, photoIds: ids.nullable(), folder: path, preset: exportPreset }),
  'export.list': empty,
  'export.clearEnded': empty,
  'export.cancel': z.strictObject({ exportId: id }),
  'export.showInFolder': z.strictObject({ exportId: id }),

  'storage.usage': empty,
  /** Deletes the copies that are not needed. */
  'storage.free': empty,
} as const;

export type Channel = keyof typeof requests;
export type Input<C extends Channel> = z.infer<(typeof requests)[C]>;

/** Where a photo stands: `stale` means that it was protected, but its file has changed since. */
export type PhotoStatus = 'new' | 'waiting' | 'protecting' | 'protected' | 'failed' | 'missing' | 'stale';

export interface AlbumSummary {
  albumId: number;
  name: string;
  photos: number;
  protected: number;
  failed: number;
  targetClass: number;
  /** A photo for the album's cover, or null when it is empty. */
  coverPhotoId: number | null;
  /** As {@link PhotoSummary.version}, of the cover. */
  coverVersion: string | null;
}

export interface PhotoSummary {
  photoId: number;
  name: string;
  /** Upright size in pixels. */
  width: number;
  height: number;
  /** Another one when the file's content is another: the beginning of its hash. */
  version: string;
  status: PhotoStatus;
  /** The newest protection in this album, when there is one: its id names the protected copy. */
  protectionId: number | null;
}

/** What the numbers of {@link PhotoColumns.statuses} mean; both sides have it as a value, and this type keeps them in step. */
export type PhotoStatusCodes = readonly ['new', 'waiting', 'protecting', 'protected', 'failed', 'missing', 'stale'];

/** Many {@link PhotoSummary}s, one column for each of their fields: objects by the thousand are slow to cross to the window. */
export interface PhotoColumns {
  photoIds: Float64Array;
  /** Separated by `/`, which no file's name has. */
  names: string;
  widths: Uint32Array;
  heights: Uint32Array;
  /** Separated by `/`. */
  versions: string;
  statuses: Uint8Array;
  /** 0 where there is none. */
  protectionIds: Float64Array;
}

export interface PhotoPage {
  photos: PhotoColumns;
  /** What to ask the next page with; null when this was the last. */
  next: PhotoPlace | null;
}

export interface ProtectionDetails {
  protectionId: number;
  albumName: string;
  createdAt: string;
  rhoU: number;
  targetClass: number;
  seed: number;
  steps: number;
  views: number;
  alphaU: number;
  rhoR: number;
  /** μ, 0 for none. */
  momentum: number;
  generator: string;
  generatorSha256: string;
  runtime: string;
  lossBefore: number;
  lossAfter: number;
  maxAbs: number;
  psnr: number | null;
  ssim: number;
  seconds: number;
  copyFormat: string;
  copyBytes: number;
  noiseSha256: string;
}

export interface PhotoDetails {
  photoId: number;
  name: string;
  path: string;
  missing: boolean;
  format: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  takenAt: string | null;
  importedAt: string;
  /** Newest first. */
  protections: ProtectionDetails[];
}

export type JobState = 'waiting' | 'running' | 'paused' | 'done' | 'cancelled';

/** What the jobs wait for, by the user's settings: the mains, or that nobody is at the computer. */
export type Hold = 'power' | 'idle';

export interface JobSummary {
  jobId: number;
  albumId: number;
  albumName: string;
  rhoU: number;
  state: JobState;
  total: number;
  done: number;
  failed: number;
  /** The photos under way, the one begun first in front, and how far each is, 0 to 1. */
  underWay: { photoId: number; name: string; stage: string; fraction: number }[];
  secondsLeft: number | null;
  /** What a job waits for that is not over; null: for nothing but its turn. */
  waitsFor: Hold | null;
  createdAt: string;
}

export interface ImportResult {
  albumIds: number[];
  added: number;
  /** Already in the album by content. */
  duplicates: number;
  /** In the album, too; but what it had of them was in other files, which are gone or hold something else now. */
  foundAgain: number;
  /** Names of the albums that had been removed, and are there again because their folders were added. */
  broughtBack: string[];
  /** Left out: copies that an export wrote. */
  ownCopies: number;
  failures: Failure[];
  cancelled: boolean;
  /** The same in words. */
  sentence: string;
}

/** How the import under way stands, or what came of the last one. */
export interface ImportState {
  running: boolean;
  /** It has been cancelled and ends after the file that it is at. */
  cancelling: boolean;
  progress: { seen: number; added: number; currentName: string } | null;
  /** Null while it runs, when it failed, and once it has been dismissed. */
  result: ImportResult | null;
  /** Why it could not go on at all. */
  failure: Failure | null;
}

export interface ExportSummary {
  exportId: number;
  folder: string;
  state: 'running' | 'done' | 'cancelled';
  total: number;
  written: number;
  skipped: number;
  /** Photos that could not be written. */
  failed: number;
  /** Why, of the first 200 of them. */
  failures: Failure[];
  /** Photos whose newer protection is not there yet, or could not be made: the earlier one is exported. */
  outdated: number;
  /** What ended the export before its last photo (a full disk, say); null while it runs, and when its user did. */
  stoppedBy: Failure | null;
}

export interface AppInfo {
  version: string;
  platform: string;
  sampleAlbum: boolean;
  /** Told once, to the first window that asks: for example that a damaged catalog was set aside. */
  notices: string[];
}

export interface EngineInfo {
  generator: { name: string; sha256: string; classes: number; licence: string };
  /** The runtime that answers, for example `onnx/cpu`, and a sentence when a wanted one was not to be had. */
  runtime: { name: string; notice: string | null };
}

export interface PreviewResult {
  /** Names the images `photo://preview/<previewId>` and `photo://preview-noise/<previewId>`. */
  previewId: number;
  psnr: number | null;
  ssim: number;
  maxAbs: number;
  /** What the work on the photo took, without what it has waited for. */
  seconds: number;
}

export interface FilesOnDisk {
  files: number;
  bytes: number;
}

/** What the library's copies take of the disk. */
export interface LibraryUsage {
  /** All of them. */
  copies: FilesOnDisk;
  /** Those that show no photo of an album as it is protected now. */
  unneeded: FilesOnDisk;
}

/** What was deleted. */
export interface FreedSpace extends FilesOnDisk {
  /** Files that could not be, as another program has them open, say. */
  failed: number;
}

/** What each request answers. */
export interface Outputs {
  'app.info': AppInfo;
  'app.engine': EngineInfo;
  'settings.get': Settings;
  'settings.set': Settings;
  'runtimes.table': RuntimeTable;
  'runtimes.measure': RuntimeTable;
  'library.chooseFolders': string[];
  'library.chooseFiles': string[];
  'library.import': null;
  'library.importSample': null;
  'library.importState': ImportState;
  'library.cancelImport': null;
  'library.dismissImport': null;
  'albums.list': AlbumSummary[];
  'albums.create': AlbumSummary;
  'albums.rename': AlbumSummary;
  'albums.remove': null;
  'albums.restore': AlbumSummary;
  'albums.photos': PhotoPage;
  'albums.check': null;
  'albums.removePhotos': null;
  'albums.addPhotos': null;
  'photos.details': PhotoDetails;
  'photos.showOriginal': null;
  'jobs.protectAlbum': JobSummary;
  'jobs.preview': PreviewResult;
  'jobs.list': JobSummary[];
  'jobs.pause': null;
  'jobs.resume': null;
  'jobs.cancel': null;
  'jobs.retry': null;
  'jobs.failures': Failure[];
  'jobs.clearFinished': null;
  'protectionTest.show': ProtectionTestState;
  'protectionTest.start': ProtectionTestState;
  'protectionTest.cancel': null;
  'export.chooseFolder': string | null;
  'export.start': ExportSummary;
  'export.list': ExportSummary[];
  'export.clearEnded': null;
  'export.cancel': null;
  'export.showInFolder': null;
  'storage.usage': LibraryUsage;
  'storage.free': FreedSpace;
}

/** Errors cross the boundary as values. */
export type Reply<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** What the main process tells unasked. */
export interface Events {
  'library.importChanged': ImportState;
  /** Albums or their photos have changed: ask again for these (empty: all). */
  'albums.changed': { albumIds: number[] };
  'photos.changed': { albumId: number; photos: PhotoSummary[] };
  /** So many photos of an album have changed that they are better read again. */
  'photos.allChanged': { albumId: number };
  'jobs.changed': JobSummary[];
  'protectionTest.changed': ProtectionTestState;
  'export.changed': ExportSummary;
  'settings.changed': Settings;
  'runtimes.changed': RuntimeTable;
  /** A sentence for the user: a runtime was dropped, a disk is full. */
  'app.notice': { kind: 'info' | 'warning' | 'error'; sentence: string };
}
export type EventName = keyof Events;
export const eventNames = [
  'library.importChanged',
  'albums.changed',
  'photos.changed',
  'photos.allChanged',
  'jobs.changed',
  'protectionTest.changed',
  'export.changed',
  'settings.changed',
  'runtimes.changed',
  'app.notice',
] as const satisfies readonly EventName[];

/**
 * What the preload exposes as `window.stillgrain`. Images come from the `photo:` protocol:
 * `photo://thumb/<photoId>?edge=<px>` (upright WebP), `photo://original/<photoId>` and
 * `photo://protected/<protectionId>` (upright sRGB as the browser can show it, full size; lossless where it is not
 * the file itself), `photo://noise/<protectionId>` (the noise × 8 on mid-grey, at the canvas size, PNG). `v=<version>`
 * in the address of a photo changes nothing but the address, so that the window shows no older picture.
 */
export interface StillgrainApi {
  request<C extends Channel>(
    channel: C,
    ...input: Input<C> extends undefined ? [] : [Input<C>]
  ): Promise<Reply<Outputs[C]>>;
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
  /** The path of a file that was dropped on the window. */
  pathOf(file: object): string;
}
