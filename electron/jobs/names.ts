import { join } from 'node:path';

/** Where the library's own files are, relative to the folder that holds the catalog. */
export const NOISE_FOLDER = 'noise';
export const COPIES_FOLDER = 'copies';
export const PREVIEWS_FOLDER = 'previews';

/** A protection's noise file, relative, with `/` on every system so that the folder can move between them. */
export function noiseFile(key: string): string {
  return `${NOISE_FOLDER}/${key}.png`;
}

/** A file below the folder that holds the catalog. */
export function inData(dataFolder: string, file: string): string {
  return join(dataFolder, ...file.split('/'));
}
