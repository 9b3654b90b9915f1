import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { extensionOf, type RenderOptions } from '../photo/index.ts';

/** A photo and where its copy goes, without the extension. */
export interface PlannedPhoto {
  source: string;
  stem: string;
  relativeStem: string;
}

/**
 * Gives every photo a copy with a name of its own, in the same sub-folder as the original. Two photos whose copies
 * would have one name (`a.jpg` and `a.png` as PNG; `A.jpg` and `a.jpg`, which some systems take for one) get a number.
 * @param overwrite false: photos whose copy is there already are counted, not planned
 */
export function planOutputs(
  source: string,
  out: string,
  photos: readonly string[],
  format: RenderOptions['format'],
  overwrite: boolean,
): { planned: PlannedPhoto[]; alreadyThere: number } {
  const planned: PlannedPhoto[] = [];
  const taken = new Set<string>();
  let alreadyThere = 0;
  for (const photo of photos) {
    const path = relative(source, photo);
    const base = join(dirname(path), basename(path, extname(path)));
    let relativeStem = base;
    for (let n = 2; taken.has(relativeStem.toLowerCase()); n++) relativeStem = `${base}-${n}`;
    taken.add(relativeStem.toLowerCase());
    const stem = join(out, relativeStem);
    if (!overwrite && possibleExtensions(photo, format).some((ending) => existsSync(`${stem}.${ending}`)))
      alreadyThere++;
    else planned.push({ source: photo, stem, relativeStem });
  }
  return { planned, alreadyThere };
}

/** The endings that a copy can get: with `same` the name may not tell the format, so any will do. */
function possibleExtensions(photo: string, format: RenderOptions['format']): string[] {
  const all = Object.values(extensionOf);
  if (format !== 'same') return [extensionOf[format]];
  const own = extname(photo).slice(1).toLowerCase();
  return all.includes(own) ? [own, ...all] : all;
}
