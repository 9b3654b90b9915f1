import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../engine/errors.ts';
import type { Catalog } from '../catalog/index.ts';
import type { PreviewResult } from '../ipc/contract.ts';
import { HostStopped } from '../hosts/client.ts';
import type { Freshness } from '../library/freshness.ts';
import type { PreviewFiles } from '../library/images.ts';
import type { ProtectReport } from './engineCalls.ts';
import type { EngineRoom } from './engineRoom.ts';
import { PREVIEWS_FOLDER } from './names.ts';

/** Previews that stay to be looked at. */
const KEPT = 6;

interface Preview extends PreviewFiles {
  previewId: number;
}

export interface PreviewParts {
  catalog: Catalog;
  engine: Pick<EngineRoom, 'protect'>;
  freshness: Pick<Freshness, 'refresh'>;
  dataFolder: string;
}

/** One photo protected with a strength, to look at before the album runs. Nothing of it enters the catalog. */
export class Previews {
  readonly #parts: PreviewParts;
  readonly #kept: Preview[] = [];
  #lastId = 0;
  #newest: AbortController | null = null;

  constructor(parts: PreviewParts) {
    this.#parts = parts;
  }

  /** The folder is ours alone: what an earlier run left there goes. */
  async clear(): Promise<void> {
    const folder = join(this.#parts.dataFolder, PREVIEWS_FOLDER);
    await mkdir(folder, { recursive: true });
    const names = await readdir(folder);
    // One that another program has open goes at another start.
    await Promise.all(names.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
  }

  /**
   * Protects one photo as the album would be. A newer preview takes an older one's place: that one fails with
   * `cancelled`.
   */
  async make(albumId: number, photoId: number, rhoU: number): Promise<PreviewResult> {
    const { catalog, engine, freshness, dataFolder } = this.#parts;
    this.#newest?.abort();
    const abort = new AbortController();
    this.#newest = abort;
    const album = catalog.albums.present(albumId);
    const photo = await freshness.refresh(photoId);
    const key = randomBytes(12).toString('hex');
    const stem = join(dataFolder, PREVIEWS_FOLDER, key);
    const noisePath = `${stem}.noise.png`;
    let report;
    try {
      report = await engine.protect(
        {
          source: photo.path,
          rhoU,
          targetClass: album.targetClass,
          seed: { job: randomInt(2 ** 32), contentSha256: photo.sha256 },
          noisePath,
          copyStem: stem,
        },
        { urgent: true, signal: abort.signal },
      );
    } catch (thrown) {
      if (!(thrown instanceof HostStopped)) throw thrown;
      throw new UserError(
        'runtime',
        `The engine stopped while it made a preview of “${photo.name}”.`,
        'Close other programs to free memory, then try again.',
        { file: photo.path, cause: thrown },
      );
    }
    const previewId = ++this.#lastId;
    const { copy } = report;
    this.#kept.push({
      previewId,
      key,
      photoId: photo.photoId,
      rhoU,
      copy: { path: copy.path, format: copy.format },
      noisePath,
    });
    await this.#letGo();
    return { previewId, ...copy.figures, seconds: costOf(report) };
  }

  find(previewId: number): PreviewFiles | undefined {
    return this.#kept.find((preview) => preview.previewId === previewId);
  }

  async #letGo(): Promise<void> {
    while (this.#kept.length > KEPT) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) return;
      await rm(oldest.copy.path, { force: true });
      await rm(oldest.noisePath, { force: true });
    }
  }
}

/**
 * Seconds of work on the photo, without what it has waited for. That is what it costs in an album, too: photos that are
 * worked on at once share the processor, and the album takes as long as they do one by one (docs/benchmark.md).
 */
function costOf({ seconds, copy }: ProtectReport): number {
  return seconds.decode + seconds.noise + copy.seconds.decode + copy.seconds.render + copy.seconds.encode;
}
