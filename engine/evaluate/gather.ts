import type { Failure } from '../errors.ts';
import { readCanvas, type Canvas } from '../photo/index.ts';
import type { AlbumFolder } from './albums.ts';
import { withoutCommonResidual } from './commonResidual.ts';
import type { CopySource } from './copies.ts';
import { geometryOf, joined, pictureSet, storedSize, type AlbumPictures, type LabelledPicture } from './pictures.ts';
import { orSkip } from './skipping.ts';
import { MINIMUM_PHOTOS, nothingToLearn, tooFew, type HashedPhoto, type SplitAlbum } from './split.ts';
import type { Condition } from './types.ts';
import { UploadedPhoto } from './uploads.ts';

/** Everything that models are trained and tested on. */
export interface Gathered {
  /** Training pictures of each condition, in the order of the conditions: the same photos in the same order. */
  training: AlbumPictures[];
  /** Clean photos that nothing was trained on. */
  heldOut: AlbumPictures;
  counts: { training: number; heldOut: number }[];
}

/** How photos are read. */
export interface Gathering {
  /** Side of the pictures that the stranger's network sees. */
  inputSize: number;
  /** Gets the photos that are left out, and why. */
  skipped: Failure[];
  signal: AbortSignal | undefined;
}

/** Of an album with fewer photos to train on nothing is learned, whatever has been done to them. */
const MINIMUM_TRAINING = MINIMUM_PHOTOS / 2;

/** Photos under way at once: while one is optimized on another thread, the next is decoded on this one. */
const IN_FLIGHT = 2;

/**
 * Reads every photo as each condition has it. A photo that fails in one condition is left out of all, so that the
 * rows stay comparable.
 * @param copies null when no condition is about protected copies
 * @param onPhoto told before each photo; throws to stop
 * @throws UserError for what is not about one photo, and when too few photos of an album are left, in all or to train
 * on: its copies may be missing
 */
export async function gather(
  albums: readonly SplitAlbum[],
  conditions: readonly Condition[],
  copies: CopySource | null,
  { inputSize, skipped, signal }: Gathering,
  onPhoto: (done: number, album: string) => void,
): Promise<Gathered> {
  const geometry = geometryOf(inputSize);
  const size = storedSize(geometry);
  const sources = new Map(conditions.map((condition) => [sourceOf(condition), condition]));
  const training = new Map([...sources.keys()].map((source) => [source, [] as AlbumPictures[]]));
  const heldOut: LabelledPicture[] = [];
  const counts: Gathered['counts'] = [];
  const amongShare = sharesOf(albums);
  let done = 0;

  const versionsOf = async (album: AlbumFolder, photo: HashedPhoto): Promise<Canvas[]> => {
    const copy = copies ? await copies.copyOf(album, photo, signal) : null;
    const original = new UploadedPhoto(photo.path, size);
    const shielded = copy === null ? null : new UploadedPhoto(copy, size);
    const versions: Canvas[] = [];
    for (const { pictures, upload, share } of sources.values()) {
      const found = pictures === 'originals' || !amongShare(photo, share) ? original : shielded;
      if (found === null) throw new Error('a condition is about protected copies, but there are none');
      versions.push(await found.after(upload));
    }
    return versions;
  };
  const readAll = (
    photos: readonly HashedPhoto[],
    album: AlbumFolder,
    read: (photo: HashedPhoto) => Promise<Canvas[]>,
  ) =>
    inOrder(photos, IN_FLIGHT, (photo) => {
      onPhoto(done++, album.name);
      return orSkip(photo.path, skipped, () => read(photo));
    });

  for (const [label, { album, ...split }] of albums.entries()) {
    const count = { training: 0, heldOut: 0 };
    const own: Canvas[][] = [];
    const before = skipped.length;
    for await (const versions of readAll(split.training, album, (photo) => versionsOf(album, photo))) {
      if (versions) own.push(versions);
    }
    count.training = own.length;
    // Before the held-out photos are read: what is missing here is often every copy of the album.
    const lacks = skipped.length > before ? skipped.at(-1) : undefined;
    if (count.training < MINIMUM_TRAINING) throw nothingToLearn(album, count.training, split.training.length, lacks);
    [...sources].forEach(([source, { upload }], i) => {
      const canvases = own.flatMap((versions) => versions[i] ?? []);
      const found = upload === 'residual' ? withoutCommonResidual(canvases) : canvases;
      // As bytes at once: with many conditions the canvases of all albums would not fit.
      training.get(source)?.push(
        pictureSet(
          found.map((canvas) => ({ label, canvas })),
          geometry.frame,
        ),
      );
    });
    for await (const canvases of readAll(split.heldOut, album, async ({ path }) => [await readCanvas(path, size)])) {
      for (const canvas of canvases ?? []) heldOut.push({ label, canvas });
      if (canvases) count.heldOut++;
    }
    if (count.heldOut === 0 || count.training + count.heldOut < MINIMUM_PHOTOS) {
      throw tooFew(album, count.training + count.heldOut, skipped.at(-1)?.problem);
    }
    counts.push(count);
  }
  const sets = new Map(Array.from(training, ([source, pictures]) => [source, joined(pictures)]));
  return {
    training: conditions.map((condition) => setOf(sets, condition)),
    heldOut: pictureSet(heldOut, geometry.frame),
    counts,
  };
}

/** Conditions that differ in the training only have the same pictures. */
const sourceOf = ({ pictures, upload, share }: Condition): string => `${pictures} ${upload} ${share}`;

function setOf(sets: ReadonlyMap<string, AlbumPictures>, condition: Condition): AlbumPictures {
  const found = sets.get(sourceOf(condition));
  if (!found) throw new Error('a condition has no pictures');
  return found;
}

/** Tells of each photo whether it is among the `share` percent of its album that are protected: the first by hash. */
function sharesOf(albums: readonly SplitAlbum[]): (photo: HashedPhoto, share: number) => boolean {
  const rank = new Map<HashedPhoto, number>();
  for (const { training } of albums) {
    // The end of the hash: its beginning has decided already what is held out.
    const ends = training.toSorted((a, b) => (a.sha256.slice(-16) < b.sha256.slice(-16) ? -1 : 1));
    ends.forEach((photo, i) => rank.set(photo, i / ends.length));
  }
  return (photo, share) => (rank.get(photo) ?? 0) < share / 100;
}

/** The results of `work` in the order of the items, with up to `limit` of them under way. */
async function* inOrder<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  try {
    for (const item of items) {
      const started = work(item);
      // It may fail before its turn has come; then it is told.
      started.catch(() => undefined);
      underWay.push(started);
      const [oldest] = underWay;
      if (underWay.length < limit || !oldest) continue;
      yield await oldest;
      void underWay.shift();
    }
    for (const each of underWay) yield await each;
  } finally {
    // After an error nothing may still be writing when the caller cleans up.
    await Promise.allSettled(underWay);
  }
}
