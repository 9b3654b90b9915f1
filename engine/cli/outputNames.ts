import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { nameKey } from '../files/index.ts';
import { extensionOf, formatOf, SNIFF_BYTES, type CopyFormat, type RenderOptions } from '../photo/index.ts';

/** A photo and where its copy goes, without the extension. */
export interface PlannedPhoto {
  source: string;
  stem: string;
  /** Where its noise goes below the folder for noise, without the extension; no two photos of an album share one. */
  noiseStem: string;
}

/** A photo by the name that its copy would like to have. */
interface Wish {
  source: string;
  /** Below the album, without an ending. */
  base: string;
  /** Of the original's name, in small letters. */
  ownEnding: string;
  /** Of the copy. */
  ending: string;
}

/**
 * Gives every photo a copy with a name of its own, in the same sub-folder as the original. Where two copies would have
 * one name (`a.jpg` and `a.png` as PNG; `A.jpg` and `a.jpg`, which some systems take for one, or an accent written in two ways), it goes to the photo that
 * has that ending itself, and the other's says where it is from: `a-jpg.png`.
 * @param overwrite false: photos whose copy is there already are counted, not planned; of photos that share a name, only
 * when the copies of all are there, as nobody could tell whose the one is
 */
export async function planOutputs(
  source: string,
  out: string,
  photos: readonly string[],
  format: RenderOptions['format'],
  overwrite: boolean,
): Promise<{ planned: PlannedPhoto[]; alreadyThere: number }> {
  const wishes: Wish[] = [];
  for (const photo of photos) wishes.push(await wishOf(source, photo, format));
  const copyNames = new Names();
  const noiseNames = new Names();
  const bases = Map.groupBy(wishes, ({ base }) => nameKey(base));
  const planned: PlannedPhoto[] = [];
  let alreadyThere = 0;
  for (const group of groupsOf(wishes)) {
    const named = group.map((wish) => {
      const { base, ending, ownEnding } = wish;
      const name = copyNames.take(`${base}.${ending}`, `${base}-${ownEnding}`, `.${ending}`);
      const relativeStem = name.slice(0, -ending.length - 1);
      const isAlone = bases.get(nameKey(base))?.length === 1;
      const noiseStem = noiseNames.take(isAlone ? relativeStem : `${relativeStem}-${ending}`, relativeStem, '');
      return { name, photo: { source: wish.source, stem: join(out, relativeStem), noiseStem } };
    });
    if (!overwrite && named.every(({ name }) => existsSync(join(out, name)))) alreadyThere += named.length;
    else planned.push(...named.map(({ photo }) => photo));
  }
  const order = new Map(photos.map((photo, i) => [photo, i]));
  planned.sort((a, b) => (order.get(a.source) ?? 0) - (order.get(b.source) ?? 0));
  return { planned, alreadyThere };
}

async function wishOf(source: string, photo: string, format: RenderOptions['format']): Promise<Wish> {
  const path = relative(source, photo);
  return {
    source: photo,
    base: join(dirname(path), basename(path, extname(path))),
    ownEnding: extname(path).slice(1).toLowerCase(),
    ending: extensionOf[format === 'same' ? await formatLike(photo) : format],
  };
}

/** What the copy of a photo is when it is to be like it: by its first bytes, as the name may say something else. */
async function formatLike(photo: string): Promise<CopyFormat> {
  const format = await headOf(photo).then(formatOf, () => null);
  // What cannot be read gets no copy; what cannot be written gets a JPEG.
  return format !== null && isCopyFormat(format) ? format : 'jpeg';
}

const isCopyFormat = (format: string): format is CopyFormat => Object.hasOwn(extensionOf, format);

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Photos whose copies would have one name, the one that it belongs to in front. */
function groupsOf(wishes: readonly Wish[]): Wish[][] {
  const groups = Map.groupBy(wishes, ({ base, ending }) => nameKey(`${base}.${ending}`));
  // Single ones first: a name that is made up for one of several must not be another photo's own.
  return [...groups.values()]
    .map((group) => group.sort((a, b) => Number(ownsEnding(b)) - Number(ownsEnding(a))))
    .sort((a, b) => a.length - b.length);
}

/** `.jpeg` is as good as `.jpg`. */
function ownsEnding({ ending, ownEnding }: Wish): boolean {
  const alike: Readonly<Record<string, string>> = { jpeg: 'jpg', jpe: 'jpg', jfif: 'jpg', tiff: 'tif' };
  return (alike[ownEnding] ?? ownEnding) === ending;
}

/** Names of one folder tree. */
class Names {
  readonly #taken = new Set<string>();

  /** `wanted`; if that is taken `otherwise` with the ending, if that is taken, too, with a number. */
  take(wanted: string, otherwise: string, ending: string): string {
    let name = wanted;
    for (let n = 1; this.#taken.has(nameKey(name)); n++) {
      name = n === 1 ? `${otherwise}${ending}` : `${otherwise}-${n}${ending}`;
    }
    this.#taken.add(nameKey(name));
    return name;
  }
}
