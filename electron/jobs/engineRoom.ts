import type { PhotoProgress } from '../../engine/protect/types.ts';
import type { RenderOptions } from '../../engine/photo/types.ts';
import type { ProtectionTestProgress, ProtectionTestRequest } from '../../engine/index.ts';
import type { Emit } from '../events.ts';
import type { HostClient } from '../hosts/client.ts';
import type { ProtectionTestResult } from '../ipc/protectionTest.ts';
import type { EngineCalls, EngineDescription, EngineWish, ProtectReport } from './engineCalls.ts';

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
}

/** The one door to the engine host: one photo at a time, a preview before the next photo of a job; tests beside. */
export class EngineRoom {
  readonly #host: Pick<HostClient<EngineCalls>, 'call'>;
  readonly #wish: () => EngineWish;
  readonly #emit: Emit;
  readonly #urgent: (() => void)[] = [];
  readonly #patient: (() => void)[] = [];
  #busy = false;
  #opened: { wish: string; description: Promise<EngineDescription> } | null = null;

  /** The last sentence of the engine's that was told. */
  #told: string | null = null;

  /** @param wish is asked for each photo: changed settings count from the next one on. */
  constructor(host: Pick<HostClient<EngineCalls>, 'call'>, wish: () => EngineWish, emit: Emit) {
    this.#host = host;
    this.#wish = wish;
    this.#emit = emit;
  }

  /** Which generator and runtime answer. After a failure the next call tries again. @throws UserError, HostStopped */
  describe(): Promise<EngineDescription> {
    const engine = this.#wish();
    const wish = JSON.stringify(engine);
    if (this.#opened?.wish === wish) return this.#opened.description;
    const opened = { wish, description: this.#host.call('open', engine) };
    this.#opened = opened;
    opened.description.catch(() => {
      if (this.#opened === opened) this.#opened = null;
    });
    return opened.description;
  }

  /** The target class for a new album. @throws UserError, HostStopped */
  async chooseTargetClass(used: readonly number[]): Promise<number> {
    const { targetClass } = await this.#host.call('targetClass', { engine: this.#wish(), used: [...used] });
    return targetClass;
  }

  /** One photo from file to protection. @throws UserError, HostStopped */
  async protect(wish: PhotoWish, hooks: Hooks = {}): Promise<ProtectReport> {
    await this.#enter(hooks.urgent === true);
    try {
      const input = { engine: this.#wish(), ...wish, render: LIBRARY_COPY };
      const report = await this.#host.call('protect', input, hooks);
      this.#tell(report.runtimeNotice);
      return report;
    } finally {
      this.#leave();
    }
  }

  /** A short stranger; photos that are to be protected meanwhile go first. @throws UserError, HostStopped */
  test(
    request: ProtectionTestRequest,
    hooks: { onProgress: (progress: ProtectionTestProgress) => void; signal: AbortSignal },
  ): Promise<ProtectionTestResult> {
    return this.#host.call('test', { engine: this.#wish(), ...request }, hooks);
  }

  /** A runtime that was dropped in the middle of a job is told once. */
  #tell(notice: string | null): void {
    if (notice !== null && notice !== this.#told) this.#emit('app.notice', { kind: 'warning', sentence: notice });
    this.#told = notice;
  }

  #enter(urgent: boolean): Promise<void> {
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => (urgent ? this.#urgent : this.#patient).push(resolve));
  }

  #leave(): void {
    const next = this.#urgent.shift() ?? this.#patient.shift();
    if (next === undefined) this.#busy = false;
    else next();
  }
}
