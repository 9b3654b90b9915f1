/** A library of many photos that takes little room: hard links to a few small files, under names of their own. */
import { copyFileSync, linkSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../electron/catalog/index.ts';
import { factsOf, importAlbum } from './albumLife.ts';

/** File systems allow one file only so many names. */
const LINKS = 10_000;
/** Photos in one folder, as cameras and people keep them. */
const FOLDER = 1000;

/** Makes `count` photos below `folder` out of one, and a catalog in `data` that has them in an album. */
export function makeLibrary(photo: string, folder: string, data: string, count: number): void {
  const { size, width, height } = { size: statSync(photo).size, width: 451, height: 300 };
  const { catalog } = openCatalog(data);
  try {
    let original = '';
    catalog.transaction(() =>
      importAlbum(catalog, count, (n) => {
        const facts = factsOf(n);
        const place = join(folder, String(Math.floor(n / FOLDER)));
        if (n % FOLDER === 0) mkdirSync(place, { recursive: true });
        const path = join(place, facts.name);
        if (n % LINKS === 0) copyFileSync(photo, (original = path));
        else linkSync(original, path);
        // As reading the file would tell, so that nothing is read again when the album is looked through.
        const { mtimeMs } = statSync(path);
        return { ...facts, mtimeMs, info: { ...facts.info, path, bytes: size, width, height } };
      }),
    );
  } finally {
    catalog.close();
  }
}
