import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { replaceFile } from '../../../../engine/files/index.ts';
import { HostClient } from '../../../../electron/hosts/client.ts';
import { engineCalls, type EngineCalls } from '../../../../electron/jobs/engineCalls.ts';
import { EngineRoom } from '../../../../electron/jobs/engineRoom.ts';
import { engineService } from '../../../../electron/jobs/engineService.ts';
import { UserError } from '../../../../engine/errors.ts';
import type {
  Engine,
  ProtectHooks,
  ProtectionTest,
  ProtectionTestHooks,
  ProtectionTestRequest,
  ProtectRequest,
} from '../../../../engine/index.ts';
import type { ProtectedPhoto } from '../../../../engine/protect/types.ts';
import type { EventLog } from './events.ts';
import { memoryHost, type MemoryHost } from './memoryHost.ts';

/** What a test lets happen to a photo before it is protected: throw, wait, kill. */
export type Before = (request: ProtectRequest, hooks: ProtectHooks) => Promise<void> | void;

/** A stand-in for the engine: no mathematics, but the same files, the same promises. */
export class TestEngine implements Engine {
  readonly generator = { name: 'test', sha256: 'a'.repeat(64), classes: 8, licence: 'CC0' };
  runtime: Engine['runtime'] = { name: 'test/cpu', notice: null, dropped: [] };
  noiseVersion = 1;
  readonly photosAtOnce = 2;
  readonly requests: ProtectRequest[] = [];
  /** Names of the originals that were taken the whole way. */
  readonly finished: string[] = [];
  before: Before = () => undefined;
  readonly tests: ProtectionTestRequest[] = [];
  /** What a test lets happen while a stranger trains. */
  duringTest: (hooks: ProtectionTestHooks) => Promise<void> | void = () => undefined;

  async protect(request: ProtectRequest, hooks: ProtectHooks = {}): Promise<ProtectedPhoto> {
    this.requests.push(request);
    hooks.onProgress?.({ stage: 'noise', step: 1, steps: 2, fraction: 0.5 });
    await this.before(request, hooks);
    if (hooks.signal?.aborted === true) throw new UserError('cancelled', 'Cancelled.', 'Start again.');
    const { settings, noisePath, copyStem } = request;
    const noise = `noise ${settings.seed}`;
    if (noisePath !== null) await replaceFile(noisePath, noise);
    const path = `${copyStem}.jpg`;
    await replaceFile(path, `copy ${settings.seed}`);
    this.finished.push(basename(request.source));
    return {
      protection: {
        noise: { samples: new Int8Array(4), width: 2, height: 2, rhoU: settings.rhoU },
        settings,
        method: { steps: 2, views: 3, alphaU: 1, rhoR: 4, momentum: 0, noiseVersion: 1 },
        budget: 0.7,
        generator: { name: this.generator.name, sha256: this.generator.sha256 },
        runtime: this.runtime.name,
        loss: { before: 4, after: 0.5 },
        seconds: { decode: 0.1, noise: 0.2 },
      },
      copy: {
        path,
        format: 'jpeg',
        lossless: false,
        width: 30,
        height: 40,
        bytes: 10,
        figures: { maxAbs: settings.rhoU, psnr: 34, ssim: 0.95 },
        seconds: { decode: 0.1, render: 0.1, encode: 0.1 },
      },
      noiseFile:
        noisePath === null
          ? null
          : { path: noisePath, sha256: createHash('sha256').update(noise).digest('hex'), bytes: noise.length },
    };
  }

  /** What a stranger would answer that learns half as much from copies. */
  async testProtection(request: ProtectionTestRequest, hooks: ProtectionTestHooks): Promise<ProtectionTest> {
    this.tests.push(request);
    hooks.onProgress?.({ stage: 'originals', fraction: 0.4, secondsLeft: 12 });
    await this.duringTest(hooks);
    if (hooks.signal?.aborted === true) throw new UserError('cancelled', 'Cancelled.', 'Start again.');
    const point = { epoch: 1, recognized: 0.8, mistaken: 0.1, accuracy: 0.7 };
    return {
      albums: request.albums.map(({ name, photos }) => {
        const copies = photos.filter(({ copy }) => copy !== null).length;
        return { name, training: photos.length - 2, heldOut: 2, copies: Math.min(copies, photos.length - 2) };
      }),
      seed: request.seed,
      inputSize: 64,
      epochs: 1,
      originals: [point],
      copies: [{ ...point, recognized: 0.4 }],
      skipped: 0,
      runtime: 'test/cpu',
      seconds: 3,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface TestEngineRoom {
  room: EngineRoom;
  engine: TestEngine;
  memory: MemoryHost;
  /** Each is thrown by the next opening of the engine. */
  openFailures: Error[];
}

/** The engine's door over a host in this process, through the real messages. */
export function testEngineRoom(log: EventLog, engine = new TestEngine()): TestEngineRoom {
  const openFailures: Error[] = [];
  const memory = memoryHost<EngineCalls>(engineCalls, () =>
    engineService({
      openEngine: () => {
        const failure = openFailures.shift();
        return failure === undefined ? Promise.resolve(engine) : Promise.reject(failure);
      },
      classesOf: () => Promise.resolve(engine.generator.classes),
      chooseTargetClass: (used, classes) => used.length % classes,
      seedFor: (jobSeed, sha256) => (jobSeed ^ Number.parseInt(sha256.slice(0, 8), 16)) >>> 0,
      testProtection: (_options, request, hooks) => engine.testProtection(request, hooks),
    }),
  );
  const client = new HostClient<EngineCalls>('engine', engineCalls, memory.start);
  const room = new EngineRoom({
    host: client,
    generatorFolder: 'g',
    wish: () => Promise.resolve({ generatorFolder: 'g', runtimes: [{ id: 'onnx/cpu', seconds: null }], threads: null }),
    emit: log.emit,
    onDropped: () => Promise.resolve(),
  });
  return { room, engine, memory, openFailures };
}
