import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  measureRuntimes,
  Runtimes,
  type RuntimeId,
  type RuntimesParts,
  type RuntimeTable,
  type StartTrial,
} from '../../../engine/auto/index.ts';
import { serveTrials } from '../../../engine/protect/index.ts';
import type { Runtime } from '../../../engine/runtime/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { faultyRuntime, openReal } from '../../fixtures/runtimes.ts';

const generatorFolder = temporaryFolder();
beforeAll(() => writeSmallGenerator(generatorFolder));

const limits = { startMs: 5000, prepareMs: 6000, timeMs: 2000, rounds: 3, runsPerRound: 1 };

/** What opens each candidate; those of every machine are really opened. */
type Candidates = Partial<Record<RuntimeId, () => Promise<Runtime>>>;

/** The real trial service over these candidates, in this process: a killed one is no longer heard. */
function trialsOf(candidates: Candidates, started: RuntimeId[] = []): StartTrial {
  const installed = Object.keys(candidates) as RuntimeId[];
  return () => {
    let alive = true;
    let tell: (message: unknown) => void = () => undefined;
    let hear: (message: unknown) => void = () => undefined;
    serveTrials(
      {
        send: (message) => alive && setImmediate(() => alive && tell(message)),
        onMessage: (listener) => (hear = listener),
      },
      {
        installedRuntimes: () => installed,
        openRuntime: (id) => {
          started.push(id);
          return (candidates[id] ?? (() => openReal(id)))();
        },
      },
    );
    return {
      send: (message) => setImmediate(() => hear(structuredClone(message))),
      onMessage: (listener) => (tell = listener),
      onExit: () => undefined,
      kill: () => (alive = false),
    };
  };
}

const measure = (startTrial: StartTrial, more = limits): Promise<RuntimeTable> =>
  measureRuntimes({ startTrial, generatorFolder, threads: 1, key: 'k', now: () => new Date(0), limits: more });

const rowOf = ({ rows }: RuntimeTable, id: RuntimeId): RuntimeTable['rows'][number] => {
  const row = rows.find((candidate) => candidate.id === id);
  if (!row) throw new Error(`no row of ${id}`);
  return row;
};

describe('trials', () => {
  it('find the processor right on both of its runtimes, and take the faster', async () => {
    const table = await measure(trialsOf({}));
    expect(table.rows.map(({ id, state }) => [id, state])).toEqual([
      ['onnx/cpu', 'right'],
      ['tfjs-cpu', 'right'],
    ]);
    const [onnx, plain] = [rowOf(table, 'onnx/cpu'), rowOf(table, 'tfjs-cpu')];
    expect(plain.relativeError).toBeGreaterThan(0);
    expect(plain.relativeError).toBeLessThan(1e-4);
    expect(onnx.seconds).toBeLessThan(plain.seconds ?? 0);
    expect(table.chosen).toBe('onnx/cpu');
    expect(table.why).toContain('times as fast as the next');
  });

  it('refuse what throws, what hangs, what is wrong and what is no number, with a reason each', async () => {
    const table = await measure(
      trialsOf({
        'onnx/webgpu': () => Promise.resolve(faultyRuntime('onnx/webgpu', { kind: 'throws', from: 0 })),
        'onnx/dml': () => Promise.resolve(faultyRuntime('onnx/dml', { kind: 'hangs', from: 0 })),
        'onnx/coreml': () => Promise.resolve(faultyRuntime('onnx/coreml', { kind: 'wrong', from: 0 })),
        'onnx/cuda': () => Promise.resolve(faultyRuntime('onnx/cuda', { kind: 'not-a-number', from: 0 })),
        'tfjs-node-gpu': () => Promise.reject(new Error('It is not for this system.')),
      }),
    );
    expect(table.rows.map(({ id, state }) => [id, state])).toEqual([
      ['onnx/cpu', 'right'],
      ['onnx/webgpu', 'failed'],
      ['onnx/dml', 'hung'],
      ['onnx/coreml', 'wrong'],
      ['onnx/cuda', 'wrong'],
      ['tfjs-node-gpu', 'failed'],
      ['tfjs-cpu', 'right'],
    ]);
    expect(rowOf(table, 'onnx/webgpu').reason).toBe('The device was lost.');
    expect(rowOf(table, 'onnx/dml').reason).toBe('It did not answer within 6 seconds.');
    expect(rowOf(table, 'onnx/coreml').reason).toMatch(/^Its gradient is .* off the processor's/);
    expect(rowOf(table, 'onnx/coreml').relativeError).toBeGreaterThan(0.1);
    expect(rowOf(table, 'onnx/cuda').reason).toBe('Its gradient held values that are not numbers.');
    expect(rowOf(table, 'tfjs-node-gpu').reason).toContain('It is not for this system.');
    expect(table.chosen).toBe('onnx/cpu');
  });

  it('check against the plain processor where ONNX Runtime does not answer', async () => {
    const table = await measure(
      trialsOf({
        'onnx/cpu': () => Promise.reject(new Error('No library.')),
        'onnx/webgpu': () => Promise.resolve(faultyRuntime('onnx/webgpu', { kind: 'wrong', from: 0 })),
      }),
    );
    expect(table.rows.map(({ id, state }) => [id, state])).toEqual([
      ['onnx/cpu', 'failed'],
      ['onnx/webgpu', 'wrong'],
      ['tfjs-cpu', 'right'],
    ]);
    expect(table.chosen).toBe('tfjs-cpu');
    expect(table.why).toBe('Processor, plain (slow) is the only one that computes correctly here.');
  });

  it('refuse what is right at first and hangs while it is timed', async () => {
    const table = await measure(
      trialsOf({
        'onnx/cpu': () => Promise.reject(new Error('No library.')),
        // Three calls to prepare. It is many times as fast as the plain one, so it is always timed.
        'onnx/webgpu': () => Promise.resolve(faultyRuntime('onnx/webgpu', { kind: 'hangs', from: 3 })),
      }),
    );
    expect(rowOf(table, 'onnx/webgpu')).toMatchObject({ state: 'hung', reason: 'It did not answer within 2 seconds.' });
    expect(table.chosen).toBe('tfjs-cpu');
  });

  it('survive processes that end or never start', async () => {
    let starts = 0;
    const ending: StartTrial = () => {
      let exit = (): void => undefined;
      return {
        send: () => setImmediate(() => starts++ < 2 && exit()),
        onMessage: () => undefined,
        onExit: (listener) => (exit = listener),
        kill: () => undefined,
      };
    };
    const table = await measure(ending, { ...limits, prepareMs: 200 });
    expect(table.rows.map(({ id, state }) => [id, state])).toEqual([
      ['onnx/cpu', 'failed'],
      ['tfjs-cpu', 'hung'],
    ]);
    expect(table).toMatchObject({ chosen: null, why: 'Nothing computed correctly on this computer.' });
  });
});

describe('what was measured', () => {
  const file = (): string => join(temporaryFolder(), 'cache', 'runtimes.json');
  const open = (path: string, started: RuntimeId[], more: Partial<RuntimesParts> = {}): Runtimes =>
    new Runtimes({
      startTrial: trialsOf({}, started),
      generatorFolder,
      file: path,
      now: () => new Date(0),
      limits,
      ...more,
    });

  it('is remembered, until the machine, the generator or the threads change or it is asked for again', async () => {
    const [path, started]: [string, RuntimeId[]] = [file(), []];
    const first = await open(path, started).table(1);
    expect(started).toEqual(['onnx/cpu', 'tfjs-cpu']);
    expect(await open(path, started).table(1)).toEqual(first);
    expect(started).toHaveLength(2);
    expect((await open(path, started, { graphics: () => Promise.resolve('another card') }).table(1)).key).not.toBe(
      first.key,
    );
    expect(started).toHaveLength(4);
    await open(path, started).table(2);
    expect(started).toHaveLength(6);
    await open(path, started).measure(1);
    expect(started).toHaveLength(8);
    expect(readdirSync(join(path, '..'))).toEqual(['runtimes.json']);
  });

  it('is measured again when the file is damaged', async () => {
    const [path, started]: [string, RuntimeId[]] = [file(), []];
    await open(path, started).table(1);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
    expect((await open(path, started).table(1)).chosen).toBe('onnx/cpu');
    expect(started).toHaveLength(4);
  });

  it('is measured again when an older version judged it', async () => {
    const [path, started]: [string, RuntimeId[]] = [file(), []];
    await open(path, started).table(1);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 2', '"version": 1'));
    await open(path, started).table(1);
    expect(started).toHaveLength(4);
  });

  it('is measured once when it is asked for twice at once', async () => {
    const started: RuntimeId[] = [];
    const runtimes = open(file(), started);
    await Promise.all([runtimes.plan('auto', 1), runtimes.table(1), runtimes.measure(1)]);
    expect(started).toEqual(['onnx/cpu', 'tfjs-cpu']);
  });

  it('makes the plan: the choice first, and without what has failed at work', async () => {
    const path = file();
    const runtimes = open(path, []);
    const plan = async (choice: Parameters<Runtimes['plan']>[0]): Promise<RuntimeId[]> =>
      (await runtimes.plan(choice, 1)).map(({ id }) => id);
    expect(await plan('auto')).toEqual(['onnx/cpu', 'tfjs-cpu']);
    expect(await plan('tfjs-cpu')).toEqual(['tfjs-cpu', 'onnx/cpu']);
    expect(await plan('onnx/webgpu')).toEqual(['onnx/webgpu', 'onnx/cpu', 'tfjs-cpu']);
    await runtimes.drop('onnx/cpu', 'It crashed.', 1);
    for (const choice of ['auto', 'onnx/cpu'] as const) expect(await plan(choice)).toEqual(['tfjs-cpu']);
    const again = await open(path, []).table(1);
    expect(rowOf(again, 'onnx/cpu')).toMatchObject({ state: 'dropped', reason: 'It crashed.' });
    expect(again.chosen).toBe('tfjs-cpu');
  });
});
