import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PlannedRuntime, RuntimeId } from '../../../engine/auto/index.ts';
import { UserError } from '../../../engine/errors.ts';
import type { RenderOptions } from '../../../engine/photo/index.ts';
import { openEngine, type Engine, type ProtectedPhoto } from '../../../engine/protect/index.ts';
import type { Runtime } from '../../../engine/runtime/index.ts';
import { photoNoiseSettings } from '../../../engine/sem/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { samplePhoto } from '../../fixtures/photos.ts';
import { faultyRuntime, openReal, type Fault } from '../../fixtures/runtimes.ts';

const render: RenderOptions = {
  format: 'png',
  quality: 95,
  longEdge: 200,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};
const folder = temporaryFolder();
const album = (['coffee-cup', 'cat', 'astronaut', 'rocket-launch'] as const).map(samplePhoto);
/** Calls for one photo: its steps, and the loss before and after. */
const CALLS = photoNoiseSettings(8).steps + 2;
/** With the check of its first gradient. */
const CALLS_OF_A_CHECKED_PHOTO = CALLS + 1;

/** What the processor alone makes of the album. */
let expected: string[];
beforeAll(async () => {
  await writeSmallGenerator(folder);
  const engine = await openWith('onnx/cpu', openReal, []);
  const done = await Promise.all(album.map((source, i) => protect(engine, source, `expected-${i}`)));
  expected = done.map(({ protection }) => protection.noise.samples.join());
  await engine.close();
});

async function openWith(
  first: RuntimeId,
  open: (id: RuntimeId) => Promise<Runtime>,
  others: readonly RuntimeId[] = ['onnx/cpu', 'tfjs-cpu'],
): Promise<Engine> {
  const runtimes: PlannedRuntime[] = [first, ...others].map((id) => ({ id, seconds: 0.001 }));
  return openEngine(
    { generatorFolder: folder, runtimes, threads: 1 },
    { open, watch: { floorMs: 2000, compileMs: 20_000, timesMedian: 20, photosPerCheck: 2 } },
  );
}

async function openForTest(...how: Parameters<typeof openWith>): Promise<Engine> {
  const engine = await openWith(...how);
  onTestFinished(() => engine.close());
  return engine;
}

const protect = (engine: Engine, source: string, name: string): Promise<ProtectedPhoto> =>
  engine.protect({
    source,
    settings: { rhoU: 8, targetClass: 1, seed: 3 },
    noisePath: null,
    copyStem: join(folder, name),
    render,
  });

const middle = CALLS_OF_A_CHECKED_PHOTO + 3;
const cases: [string, Fault, string][] = [
  ['throws at the first gradient', { kind: 'throws', from: 0 }, 'The device was lost.'],
  ['throws in the middle of the second photo', { kind: 'throws', from: middle }, 'The device was lost.'],
  ['hangs at the first gradient', { kind: 'hangs', from: 0 }, 'did not answer within 3 seconds'],
  ['hangs in the middle of the second photo', { kind: 'hangs', from: middle }, 'did not answer within 3 seconds'],
  ['answers what is no number', { kind: 'not-a-number', from: middle }, 'values that are not numbers'],
  ['computes wrong gradients from the start', { kind: 'wrong', from: 0 }, 'a wrong gradient'],
  // The first photo is checked, the second is not: the third is.
  [
    'begins to compute wrong gradients',
    { kind: 'wrong', from: CALLS_OF_A_CHECKED_PHOTO + CALLS },
    'since the last check, 2 at most',
  ],
];

describe('an album whose runtime', () => {
  it.each(cases)('%s is finished by the next one, as if that had done it', async (_, fault, words) => {
    const engine = await openForTest('onnx/webgpu', (id) =>
      id === 'onnx/webgpu' ? Promise.resolve(faultyRuntime(id, fault)) : openReal(id),
    );
    expect(engine.runtime).toMatchObject({ name: 'onnx/webgpu', notice: null });
    const done: ProtectedPhoto[] = [];
    for (const [i, source] of album.entries()) done.push(await protect(engine, source, `album-${i}`));
    expect(engine.runtime.name).toBe('onnx/cpu');
    expect(engine.runtime.dropped.map(({ id }) => id)).toEqual(['onnx/webgpu']);
    expect(engine.runtime.notice).toContain('Graphics card (WebGPU) failed and was dropped');
    expect(engine.runtime.notice).toContain(words);
    // The faulty one is the same processor while it is well, so every photo's noise can be told exactly.
    expect(done.map(({ protection }) => protection.noise.samples.join())).toEqual(expected);
    expect(done.at(-1)?.protection.runtime).toBe('onnx/cpu');
  });

  it('fails while other photos wait for it is replaced once', async () => {
    const engine = await openForTest('onnx/webgpu', (id) =>
      id === 'onnx/webgpu' ? Promise.resolve(faultyRuntime(id, { kind: 'throws', from: 8 })) : openReal(id),
    );
    const done = await Promise.all(album.map((source, i) => protect(engine, source, `both-${i}`)));
    expect(done.map(({ protection }) => protection.runtime)).toEqual(album.map(() => 'onnx/cpu'));
    expect(engine.runtime.dropped).toHaveLength(1);
  });

  it('cannot be opened begins with the next', async () => {
    const engine = await openForTest('onnx/cuda', (id) =>
      id === 'onnx/cuda' ? Promise.resolve(unavailable(id)) : openReal(id),
    );
    expect(engine.runtime.name).toBe('onnx/cpu');
    expect(engine.runtime.notice).toBe(
      'NVIDIA graphics card (CUDA) failed and was dropped; the work goes on with Processor. There is no such device.',
    );
  });

  it('is the last one and fails tells each photo why', async () => {
    const engine = await openForTest(
      'onnx/webgpu',
      (id) => Promise.resolve(faultyRuntime(id, { kind: 'throws', from: CALLS_OF_A_CHECKED_PHOTO })),
      [],
    );
    const [first, second] = album;
    expect((await protect(engine, first ?? '', 'last-0')).protection.runtime).toBe('onnx/webgpu');
    await expect(protect(engine, second ?? '', 'last-1')).rejects.toMatchObject({ code: 'runtime' });
  });
});

function unavailable(name: string): Runtime {
  return {
    name,
    compile: () => Promise.reject(new UserError('runtime', 'There is no such device.', 'Choose another.')),
    close: () => Promise.resolve(),
  };
}
