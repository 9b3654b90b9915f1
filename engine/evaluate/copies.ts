import { basename, join } from 'node:path';
import { UserError, type Failure } from '../errors.ts';
import { LOSSLESS } from '../photo/index.ts';
import { chooseTargetClass, seedFor, type Engine, type ProtectionSettings } from '../protect/index.ts';
import { photosIn, stemWithin, subFolders, type AlbumFolder } from './albums.ts';
import type { HashedPhoto } from './split.ts';
import type { ProtectionOrigin } from './types.ts';

/** Where the protected copies that the stranger finds come from. */
export interface CopySource {
  /**
   * The protected copy of a training photo.
   * @throws UserError when there is none, or it cannot be made
   */
  copyOf(album: AlbumFolder, photo: HashedPhoto, signal: AbortSignal | undefined): string | Promise<string>;
  /** What was used, once every copy has been asked for. */
  origin(): ProtectionOrigin;
}

/**
 * Makes the copies in `folder`, as the app would: each album has a target class of its own, each photo a seed from its
 * content. They are lossless: what is measured is the noise, not the encoder.
 * @param seed of the protection, 32 bits
 */
export function madeCopies(
  engine: Engine,
  albums: readonly AlbumFolder[],
  folder: string,
  settings: Pick<ProtectionSettings, 'rhoU' | 'masking'>,
  seed: number,
): CopySource {
  const classes: number[] = [];
  for (const _ of albums) classes.push(chooseTargetClass(classes, engine.generator.classes));
  const psnrs: number[] = [];
  return {
    copyOf: async (album, { path, sha256 }, signal) => {
      const targetClass = classes[albums.indexOf(album)] ?? 0;
      const { copy } = await engine.protect(
        {
          source: path,
          settings: { ...settings, targetClass, seed: seedFor(seed, sha256) },
          noisePath: null,
          copyStem: join(folder, sha256),
          render: LOSSLESS,
        },
        signal ? { signal } : {},
      );
      if (copy.figures.psnr !== null) psnrs.push(copy.figures.psnr);
      return copy.path;
    },
    origin: () => ({
      copies: 'made',
      rhoU: settings.rhoU,
      generator: { name: engine.generator.name, sha256: engine.generator.sha256 },
      psnr: psnrs.length > 0 ? psnrs.reduce((sum, psnr) => sum + psnr, 0) / psnrs.length : null,
    }),
  };
}

/**
 * Copies that somebody made before: `folder` has the same sub-folders as the originals, and in them copies of the same
 * names, whatever their extensions.
 * @param failures gets what could not be read
 * @throws UserError when `folder` is not a folder
 */
export async function givenCopies(
  folder: string,
  albums: readonly AlbumFolder[],
  failures: Failure[],
): Promise<CopySource> {
  const names = await subFolders(folder);
  const byAlbum = new Map<AlbumFolder, Map<string, string>>();
  for (const album of albums) {
    const copies = new Map<string, string>();
    byAlbum.set(album, copies);
    if (!names.includes(album.name)) continue;
    const copyFolder = join(folder, album.name);
    for (const copy of await photosIn(copyFolder, failures)) copies.set(stemWithin(copyFolder, copy), copy);
  }
  return {
    copyOf: (album, { path }) => {
      const stem = stemWithin(album.folder, path);
      if (album.photos.some((other) => other !== path && stemWithin(album.folder, other) === stem)) {
        throw new UserError(
          'name-taken',
          `${basename(path)} and another photo of ${album.name} differ only in their extensions, so it cannot be told whose the protected copy is.`,
          'Let evaluate make the copies itself (without --protected).',
          { file: path },
        );
      }
      const copy = byAlbum.get(album)?.get(stem);
      if (copy === undefined) {
        throw new UserError(
          'vanished',
          `There is no protected copy of ${basename(path)} in ${join(folder, album.name)}.`,
          'Protect the album again, or let evaluate make the copies itself (without --protected).',
          { file: path },
        );
      }
      return copy;
    },
    origin: () => ({ copies: 'given', rhoU: null, generator: null, psnr: null }),
  };
}
