import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileFailure, hashFile, systemCode } from '../../engine/files/index.ts';
import type { Catalog } from '../catalog/index.ts';

type Photos = Pick<Catalog['photos'], 'findByContent' | 'pathsByName'>;

/**
 * Tells whether the file at `path` is an original: one that the catalog knows by its place, whatever it holds by now,
 * or by its content, of which the catalog keeps only one place.
 * @throws UserError when it cannot be found out.
 */
export async function isOriginal(photos: Photos, path: string): Promise<boolean> {
  const there = await statsOf(path);
  if (there === null) return false;
  if (await isPlaceOfOriginal(photos, path, there)) return true;
  return there.isFile() && photos.findByContent(await hashFile(path)) !== undefined;
}

async function isPlaceOfOriginal(photos: Photos, path: string, there: BigIntStats): Promise<boolean> {
  const name = basename(path);
  // The catalog may have the name with its accents composed in another way than this folder tells it.
  const names = new Set([name, name.normalize('NFC'), name.normalize('NFD')]);
  for (const candidate of new Set([...names].flatMap((one) => photos.pathsByName(one)))) {
    if (candidate === path) return true;
    const original = await stat(candidate, { bigint: true }).catch(() => null);
    if (original !== null && original.dev === there.dev && original.ino === there.ino) return true;
  }
  return false;
}

/** What is at `path`; null when nothing is, or a link that leads nowhere. */
async function statsOf(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw fileFailure(path, thrown);
  }
}
