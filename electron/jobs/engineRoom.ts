import { isReference, runtimeName, type RuntimeId } from '../../engine/auto/index.ts';
import type { PhotoProgress } from '../../engine/protect/types.ts';
import type { RenderOptions } from '../../engine/photo/types.ts';
import type { ProtectionTestProgress, ProtectionTestRequest } from '../../engine/index.ts';
import type { Emit } from '../events.ts';
import { HostStopped, type HostClient } from '../hosts/client.ts';
import type { ProtectionTestResult } from '../ipc/protectionTest.ts';
import type { EngineCalls, EngineDescription, EngineWish, ProtectReport } from './engineCalls.ts';
import { Turns } from './turns.ts';

/** How the library's own copies are written: like the original, with all that belongs to it. */
export const LIBRARY_COPY: RenderOptions = {
  format: 'same',
  quality: 92,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};

export interface PhotoWish {
  source: string;
  /** ρ_u in units of 1/255. */
  rhoU: number;
  targetClass: number;
  seed: { job: number; contentSha256: string };
  noisePath: string;
  copyStem: string;
}

interface Hooks {
  onProgress?: (progress: PhotoProgress) => void;
  signal?: AbortSignal;
  /** Goes before the photos of jobs: someone is waiting for it. */
  urgent?: boolean;
  /** Beside no other photo: what the engine dies over then was this one. */
  alone?: boolean;
}

export interface EngineRoomParts {
  host: Pick<HostClient<EngineCalls>, 'call'>;
  generatorFolder: string;
  /** Asked for each photo: changed settings count from the next one on. */
  wish: () => Promise<EngineWish>;
  emit: Emit;
  /** Told when a runtime has failed at work: the next wish should be without it. */
  onDropped: (id: RuntimeId, reason: string) => Promise<void>;
}

/**
 * The one door to the engine host: a few photos at a time, a preview before the next photo of a job (those that are
 * inside go on beside it); tests beside.
 */
export class EngineRoom {
  readonly #parts: EngineRoomParts;
  readonly #turns = new Turns(() => this.photosAtOnce);
  #opened: { wish: string; description: Promise<EngineDescription> } | null = null;
  /** Until the engine has described itself, what most say; more would only wait inside it. */
  #photosAtOnce = 2;
  /** The last sentence of the engine's that was told. */
  #told: string | null = null;

  constructor(parts: EngineRoomParts) {
    this.#parts = parts;
  }

  /** How many photos are computed at a time: as many as the engine says that keep it at work. */
  get photosAtOnce(): number {
    return this.#photosAtOnce;
  }

  /** Which generator and runtime answer. After a failure the next call tries again. @throws UserError, HostStopped */
  async describe(): Promise<EngineDescription> {
    const engine = await this.#parts.wish();
    const wish = JSON.stringify(engine);
    if (this.#opened?.wish === wish) return this.#opened.description;
    const opened = { wish, description: this.#guarded(engine, () => this.#parts.host.call('open', engine)) };
    this.#opened = opened;
    opened.description.then(
      ({ photosAtOnce }) => {
        if (this.#opened === opened) this.#photosAtOnce = photosAtOnce;
      },
      () => {
        if (this.#opened === opened) this.#opened = null;
      },
    );
    return opened.description;
  }

  /** The target class for a new album. @throws UserError, HostStopped */
  async chooseTargetClass(used: readonly number[]): Promise<number> {
    const { generatorFolder, host } = this.#parts;
    const { targetClass } = await host.call('targetClass', { generatorFolder, used: [...used] });
    return targetClass;
  }

  /** One photo from file to protection. @throws UserError, HostStopped */
  async protect(wish: PhotoWish, hooks: Hooks = {}): Promise<ProtectReport> {
    const { urgent = false, alone = false, signal } = hooks;
    return this.#turns.take({ urgent, alone, ...(signal && { signal }) }, async () => {
      const engine = await this.#parts.wish();
      const input = { engine, ...wish, render: LIBRARY_COPY };
      const report = await this.#guarded(engine, () => this.#parts.host.call('protect', input, hooks));
      this.#tell(report.runtimeState.notice);
      for (const { id, reason } of report.runtimeState.dropped) await this.#parts.onDropped(id, reason);
      return report;
    });
  }

  /** Does `work` while no photo is being computed: when those that are have ended, before the next ones. */
  whileIdle<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take({ urgent: true, alone: true }, work);
  }

  /** A device that takes the engine's process with it is dropped; the processor is not to blame for that. */
  async #guarded<T>({ runtimes }: EngineWish, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (thrown) {
      const [first] = runtimes;
      if (thrown instanceof HostStopped && first !== undefined && !isReference(first.id)) {
        const reason = 'The engine stopped while it computed with it.';
        this.#tell(`${runtimeName(first.id)} failed and was dropped. ${reason}`);
        await this.#parts.onDropped(first.id, reason);
      }
      throw thrown;
    }
  }

  /** A short stranger; photos that are to be protected meanwhile go first. @throws UserError, HostStopped */
  async test(
    request: ProtectionTestRequest,
    hooks: { onProgress: (progress: ProtectionTestProgress) => void; signal: AbortSignal },
  ): Promise<ProtectionTestResult> {
    return this.#parts.host.call('test', { engine: await this.#parts.wish(), ...request }, hooks);
  }

  /** A runtime that was dropped in the middle of a job is told once. */
  #tell(notice: string | null): void {
    if (notice !== null && notice !== this.#told) this.#parts.emit('app.notice', { kind: 'warning', sentence: notice });
    this.#told = notice;
  }
}
