import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openCatalog, type Catalog } from '../../../../electron/catalog/index.ts';
import { albumMaker } from '../../../../electron/library/albumMaker.ts';
import { Freshness } from '../../../../electron/library/freshness.ts';
import { Importer } from '../../../../electron/library/importer.ts';
import { EventLog } from './events.ts';
import { temporaryFolder } from './folders.ts';
import { testPhotoHost, type TestPhotoHost } from './photos.ts';

/** The library without the rest of the program, over a stand-in for its host. */
export interface Library {
  catalog: Catalog;
  host: TestPhotoHost;
  freshness: Freshness;
  importer: Importer;
  log: EventLog;
  folder: string;
}

/** @param choose gives a new album its target class. */
export function openLibrary(
  choose = (used: readonly number[]): Promise<number> => Promise.resolve(used.length),
): Library {
  const folder = temporaryFolder();
  const { catalog } = openCatalog(join(folder, 'data'));
  onTestFinished(() => catalog.close());
  const host = testPhotoHost();
  const log = new EventLog();
  const now = (): Date => new Date();
  const freshness = new Freshness(catalog, host.client, log.emit, now);
  const importer = new Importer({
    catalog,
    host: host.client,
    freshness,
    makeAlbum: albumMaker(catalog, choose, now),
    emit: log.emit,
    now,
  });
  return { catalog, host, freshness, importer, log, folder };
}
