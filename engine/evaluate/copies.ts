import { createHash } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError, type Failure } from '../errors.ts';
import { LOSSLESS } from '../photo/index.ts';
import { chooseTargetClass, NOISE_VERSION, seedFor, type Engine, type ProtectionSettings } from '../protect/index.ts';
import { MASKING } from '../sem/index.ts';
import { photosIn, stemWithin, subFolders, type AlbumFolder } from './albums.ts';
import type { HashedPhoto } from './split.ts';
import { meanOf } from './statistics.ts';
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

/** Where copies are made. */
export interface CopyFolder {
  folder: string;
  /** Whether copies of an earlier evaluation may be there, made with equal settings, and these are to stay. */
  keep: boolean;
}

/**
 * Makes the copies, as the app would: each album has a target class of its own, each photo a seed from its content.
 * They are lossless: what is measured is the noise, not the encoder.
 * @param seed of the protection, 32 bits
 */
export function madeCopies(
  engine: Engine,
  albums: readonly AlbumFolder[],
  { folder, keep }: CopyFolder,
  { rhoU, masking = MASKING }: Pick<ProtectionSettings, 'rhoU' | 'masking'>,
  seed: number,
): CopySource {
  const classes: number[] = [];
  for (const _ of albums) classes.push(chooseTargetClass(classes, engine.generator.classes));
  const psnrs: number[] = [];
  const make = async (
    stem: string,
    source: string,
    settings: ProtectionSettings,
    signal: AbortSignal | undefined,
  ): Promise<KeptCopy> => {
    if (keep) await mkdir(folder, { recursive: true });
    const { copy } = await engine.protect(
      { source, settings, noisePath: null, copyStem: stem, render: LOSSLESS },
      signal ? { signal } : {},
    );
    const made = { path: copy.path, psnr: copy.figures.psnr };
    // Last: with it, the copy is known to be whole.
    if (keep) await writeFile(`${stem}.json`, JSON.stringify({ psnr: made.psnr }), { flush: true });
    return made;
  };
  return {
    copyOf: async (album, { path, sha256 }, signal) => {
      const targetClass = classes[albums.indexOf(album)] ?? 0;
      // Named, so that copies are found again by whoever asks for the same, in words or by saying nothing.
      const settings = { rhoU, masking, targetClass, seed: seedFor(seed, sha256) };
      const made = { generator: engine.generator.sha256, version: NOISE_VERSION, ...settings };
      const stem = join(folder, `${sha256}-${digestOf(made)}`);
      const before = keep ? await keptCopy(stem) : null;
      const { psnr, path: copied } = before ?? (await make(stem, path, settings, signal));
      if (psnr !== null) psnrs.push(psnr);
      return copied;
    },
    origin: () => ({
      copies: 'made',
      rhoU,
      generator: { name: engine.generator.name, sha256: engine.generator.sha256 },
      noiseVersion: NOISE_VERSION,
      // Sorted: in whatever order the copies were made, the mean is the same to the last bit.
      psnr: psnrs.length > 0 ? meanOf(psnrs.toSorted((a, b) => a - b)) : null,
    }),
  };
}

interface KeptCopy {
  path: string;
  /** In dB; null when the copy equals its original. */
  psnr: number | null;
}

const digestOf = (made: unknown): string =>
  createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 16);

/** The copy that an earlier evaluation left at `stem`, or null. */
async function keptCopy(stem: string): Promise<KeptCopy | null> {
  try {
    const path = `${stem}.png`;
    await access(path);
    const { psnr } = z
      .object({ psnr: z.number().nullable() })
      .parse(JSON.parse(await readFile(`${stem}.json`, 'utf8')));
    return { path, psnr };
  } catch {
    return null;
  }
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
  const ambiguous = new Set<string>();
  for (const album of albums) {
    const copies = new Map<string, string>();
    byAlbum.set(album, copies);
    if (!names.includes(album.name)) continue;
    const copyFolder = join(folder, album.name);
    for (const copy of await photosIn(copyFolder, failures)) {
      const stem = stemWithin(copyFolder, copy);
      if (copies.has(stem)) ambiguous.add(join(album.name, stem));
      copies.set(stem, copy);
    }
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
      if (ambiguous.has(join(album.name, stem))) {
        throw new UserError(
          'name-taken',
          `There are several protected copies of ${basename(path)} in ${join(folder, album.name)}.`,
          'Keep the one that is to be tested, and move the others away.',
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
    origin: () => ({ copies: 'given', rhoU: null, generator: null, noiseVersion: null, psnr: null }),
  };
}
