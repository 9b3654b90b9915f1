import type { Catalog } from '../catalog/index.ts';

/** Makes an album and answers its id; `folder` is the real path of the folder that it stands for, or null. */
export type MakeAlbum = (name: string, folder: string | null) => Promise<number>;

/**
 * Makes albums one after the other: two that are made at the same time would otherwise be given one target class.
 * @param choose a class for a new album, given those of all albums that ever were.
 */
export function albumMaker(
  catalog: Catalog,
  choose: (used: readonly number[]) => Promise<number>,
  now: () => Date,
): MakeAlbum {
  let line: Promise<unknown> = Promise.resolve();
  return (name, folder) => {
    const turn = line.then(async () => {
      const targetClass = await choose(catalog.albums.usedTargetClasses());
      return catalog.albums.insert(name, targetClass, folder, now().toISOString());
    });
    line = turn.catch(() => undefined);
    return turn;
  };
}
