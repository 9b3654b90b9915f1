import { UserError } from '../../engine/errors.ts';
import type { Catalog, PhotoRow } from '../catalog/index.ts';
import type { HostClient } from '../hosts/client.ts';
import { readFacts, UNREAD, type Freshness } from './freshness.ts';
import type { PhotoCalls } from './photoCalls.ts';

export interface PhotoAtParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
  freshness: Freshness;
  now: () => Date;
}

export interface PhotoAt {
  photo: PhotoRow;
  /** Its content was known, and has been in another file until now. */
  isFoundAgain: boolean;
}

/**
 * The photo whose file is at `path` now, put into the catalog when its content is not known yet. A path that is known and
 * unchanged is not read again.
 * @throws UserError what is wrong with the file
 */
export async function photoAt(parts: PhotoAtParts, path: string): Promise<PhotoAt> {
  const { catalog, freshness } = parts;
  const there = catalog.photos.findByPath(path);
  if (there === undefined) return photoAtNewPath(parts, path);
  const isStillItsPath = (): boolean => catalog.photos.findByPath(path)?.photoId === there.photoId;
  try {
    const photo = await freshness.refresh(there.photoId);
    if (isStillItsPath()) return { photo, isFoundAgain: false };
  } catch (thrown) {
    const isLost = thrown instanceof UserError && thrown.code === 'vanished' && isPlaceOfAnother(parts, path);
    if (isLost) return photoAtNewPath(parts, path);
    if (isStillItsPath()) throw thrown;
  }
  // Renamed: whatever has become of the photo that was here, another one is here now.
  return { ...(await photoAt(parts, path)), isFoundAgain: true };
}

/** True when a photo was led to this path by renamed files, and has not been found there. */
const isPlaceOfAnother = ({ catalog }: PhotoAtParts, path: string): boolean =>
  catalog.photos.findByPath(path)?.mtimeMs === UNREAD;

async function photoAtNewPath({ catalog, freshness, host, now }: PhotoAtParts, path: string): Promise<PhotoAt> {
  const facts = await readFacts(host, path);
  const same = catalog.photos.findByContent(facts.sha256);
  const still = same === undefined ? null : await stillThere(freshness, same);
  if (still?.sha256 === facts.sha256) return { photo: still, isFoundAgain: false };
  return catalog.transaction(() => {
    const known = catalog.photos.findByContent(facts.sha256);
    if (known !== undefined) freshness.found(known.photoId, path, facts);
    const photoId = known?.photoId ?? catalog.photos.insert(facts, now().toISOString());
    const photo = catalog.photos.find(photoId);
    if (photo === undefined) throw new Error(`photo ${photoId} left the catalog`);
    return { photo, isFoundAgain: known !== undefined };
  });
}

/**
 * The row for the file where this content was last seen; null when there is none that can be read. A photo that was
 * edited there stays in its albums as it is now, and its old content, found elsewhere, is another photo.
 */
async function stillThere(freshness: Freshness, { photoId }: PhotoRow): Promise<PhotoRow | null> {
  try {
    return await freshness.refresh(photoId);
  } catch (thrown) {
    if (thrown instanceof UserError) return null;
    throw thrown;
  }
}
