import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** Where the library's own files are, relative to the folder that holds the catalog. */
export const NOISE_FOLDER = 'noise';
export const COPIES_FOLDER = 'copies';
export const PREVIEWS_FOLDER = 'previews';

/** A protection's noise file, relative, with `/` on every system so that the folder can move between them. */
export function noiseFile(key: string): string {
  return `${NOISE_FOLDER}/${key}.png`;
}

/** What a protection's copy is called, relative, without the extension of its format. */
export function copyStem(key: string): string {
  return `${COPIES_FOLDER}/${key}`;
}

const NAMES: Readonly<Record<string, RegExp>> = {
  [NOISE_FOLDER]: /^([0-9a-f]{24})\.png$/,
  [COPIES_FOLDER]: /^([0-9a-f]{24})\.(?:jpg|png|webp|tif|avif)$/,
};

/** The key in the name of a file of ours in one of these folders; null when it is none of ours. */
export function keyOf(folder: string, name: string): string | null {
  return NAMES[folder]?.exec(name)?.[1] ?? null;
}

/** A file below the folder that holds the catalog. */
export function inData(dataFolder: string, file: string): string {
  return join(dataFolder, ...file.split('/'));
}

/**
 * Tasks for these photos, with the keys that name their files: one random number for all of them and a count. Keys in
 * order go into their index one behind the other; random ones go everywhere, and the slower the more there are.
 */
export function tasksFor(photoIds: readonly number[]): { photoId: number; key: string }[] {
  const random = randomBytes(8).toString('hex');
  return photoIds.map((photoId, n) => ({ photoId, key: random + n.toString(16).padStart(8, '0') }));
}
