import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { UserError } from '../../engine/errors.ts';
import { assertUnchanged } from '../../engine/files/index.ts';
import type { Catalog, ProtectionRow } from '../catalog/index.ts';
import type { HostClient } from '../hosts/client.ts';
import { LIBRARY_COPY } from '../jobs/engineRoom.ts';
import { copyStem, inData } from '../jobs/names.ts';
import type { Freshness } from './freshness.ts';
import type { PhotoCalls } from './photoCalls.ts';
import { protectedOriginal } from './protectedOriginal.ts';

export interface LibraryCopiesParts {
  catalog: Catalog;
  host: Pick<HostClient<PhotoCalls>, 'call'>;
  freshness: Pick<Freshness, 'refresh'>;
  /** The folder that holds the catalog, the noise and the copies. */
  dataFolder: string;
}

/** The protected copies that the library keeps. Their files may go to free space: they are made again when they are wanted. */
export class LibraryCopies {
  readonly #parts: LibraryCopiesParts;
  readonly #making = new Map<number, Promise<string>>();

  constructor(parts: LibraryCopiesParts) {
    this.#parts = parts;
  }

  /**
   * The path of a protection's copy; where its file has gone, it is rendered again from original and noise.
   * @throws UserError when there is no such copy, or its original is not there as it was protected; HostStopped
   */
  async pathOf(protectionId: number): Promise<string> {
    const { catalog, dataFolder } = this.#parts;
    const protection = catalog.protections.find(protectionId);
    const copy = catalog.protections.libraryCopy(protectionId);
    if (protection === undefined || copy === undefined) {
      throw new UserError('vanished', 'This protected copy is not there.', 'Look at the album again.');
    }
    const path = inData(dataFolder, copy.file);
    if (existsSync(path)) return path;
    const making =
      this.#making.get(protectionId) ?? this.#make(protection).finally(() => this.#making.delete(protectionId));
    this.#making.set(protectionId, making);
    return making;
  }

  async #make(protection: ProtectionRow): Promise<string> {
    const { host, freshness, dataFolder } = this.#parts;
    const remedy = 'Protect it again to see its copy.';
    const photo = await protectedOriginal(freshness, protection.photoId, protection, remedy);
    const { path } = await host.call('render', {
      source: photo.path,
      noise: inData(dataFolder, protection.noiseFile),
      rhoU: protection.rhoU,
      options: LIBRARY_COPY,
      outStem: inData(dataFolder, copyStem(protection.key)),
    });
    try {
      await assertUnchanged(photo.path, photo);
    } catch (thrown) {
      await rm(path, { force: true }).catch(() => undefined);
      throw thrown;
    }
    return path;
  }
}
