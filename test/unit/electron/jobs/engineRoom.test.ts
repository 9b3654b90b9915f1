import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HostStopped } from '../../../../electron/hosts/client.ts';
import { EngineRoom } from '../../../../electron/jobs/engineRoom.ts';
import type { EngineDescription, EngineWish } from '../../../../electron/jobs/engineCalls.ts';
import type { RuntimeId } from '../../../../engine/auto/index.ts';
import { EventLog } from '../support/events.ts';

/** A room over a host that dies with these runtimes. */
function roomOver(
  plan: RuntimeId[],
  deadly: readonly RuntimeId[],
): { room: EngineRoom; log: EventLog; dropped: string[] } {
  const log = new EventLog();
  const dropped: string[] = [];
  const room = new EngineRoom({
    host: {
      call: (method, input) => {
        const engine: EngineWish | undefined =
          'engine' in input ? input.engine : 'runtimes' in input ? input : undefined;
        const first = engine?.runtimes[0]?.id ?? 'tfjs-cpu';
        return Promise.reject(
          deadly.includes(first) ? new HostStopped('the engine host') : new Error(`${method} lives`),
        );
      },
    },
    generatorFolder: 'g',
    wish: () =>
      Promise.resolve({
        generatorFolder: 'g',
        runtimes: plan.filter((id) => !dropped.includes(id)).map((id) => ({ id, seconds: null })),
        threads: null,
      }),
    emit: log.emit,
    onDropped: (id) => Promise.resolve(void dropped.push(id)),
  });
  return { room, log, dropped };
}

const photo = {
  source: 'a.jpg',
  rhoU: 8,
  targetClass: 0,
  seed: { job: 1, contentSha256: '00' },
  noisePath: 'n.png',
  copyStem: 'c',
};

test('a device that takes the engine with it is dropped with a notice, and the next try goes without it', async () => {
  const { room, log, dropped } = roomOver(['onnx/webgpu', 'onnx/cpu'], ['onnx/webgpu']);
  await expect(room.protect(photo)).rejects.toBeInstanceOf(HostStopped);
  expect(dropped).toEqual(['onnx/webgpu']);
  expect(log.last('app.notice')?.sentence).toContain('Graphics card (WebGPU) failed and was dropped');
  await expect(room.protect(photo)).rejects.toThrow('protect lives');
});

test('the processor is not blamed when the engine stops: a photo may have been too large', async () => {
  const { room, dropped } = roomOver(['onnx/cpu', 'tfjs-cpu'], ['onnx/cpu']);
  await expect(room.protect(photo)).rejects.toBeInstanceOf(HostStopped);
  await expect(room.describe()).rejects.toBeInstanceOf(HostStopped);
  expect(dropped).toEqual([]);
});

describe('the door', () => {
  const description: EngineDescription = {
    generator: { name: 'g', sha256: '00', classes: 4, licence: 'MIT' },
    runtime: { name: 'onnx/cpu', notice: null, dropped: [] },
    noiseVersion: 1,
    photosAtOnce: 3,
  };

  /** A room over a host whose photos stay in it until the test lets them go. */
  function openRoom(): { room: EngineRoom; inside: string[]; letGo: (source: string) => Promise<void> } {
    const inside: string[] = [];
    const held = new Map<string, () => void>();
    const room = new EngineRoom({
      host: {
        call: async (method, input) => {
          // The compiler does not see which answer belongs to which method.
          if (method === 'open') return description as never;
          const source = 'source' in input ? input.source : '';
          inside.push(source);
          await new Promise<void>((go) => held.set(source, go));
          inside.splice(inside.indexOf(source), 1);
          throw new Error('the host answers nothing');
        },
      },
      generatorFolder: 'g',
      wish: () =>
        Promise.resolve({ generatorFolder: 'g', runtimes: [{ id: 'onnx/cpu', seconds: null }], threads: null }),
      emit: new EventLog().emit,
      onDropped: () => Promise.resolve(),
    });
    return {
      room,
      inside,
      letGo: async (source) => {
        held.get(source)?.();
        await settle();
      },
    };
  }

  /** Lets everything happen that waits for nobody. */
  async function settle(): Promise<void> {
    for (let n = 0; n < 20; n++) await setImmediate();
  }

  /** Asks for a photo; how it ends is not looked at. */
  function ask(room: EngineRoom, source: string, hooks: { urgent?: boolean; alone?: boolean } = {}): void {
    room.protect({ ...photo, source }, hooks).catch(() => undefined);
  }

  test('lets so many photos in at once, and a preview before the next photo of a job', async () => {
    const { room, inside, letGo } = openRoom();
    expect(room.photosAtOnce).toBe(2);
    for (const source of ['a', 'b', 'c']) ask(room, source);
    ask(room, 'preview', { urgent: true });
    await settle();
    expect(inside).toEqual(['a', 'b']);
    await letGo('b');
    expect(inside).toEqual(['a', 'preview']);
    await letGo('a');
    expect(inside).toEqual(['preview', 'c']);
  });

  test('lets as many photos in as the engine says', async () => {
    const { room, inside } = openRoom();
    await room.describe();
    for (const source of ['a', 'b', 'c', 'd']) ask(room, source);
    await settle();
    expect(inside).toEqual(['a', 'b', 'c']);
  });

  test('lets a photo that has to be alone in beside no other, not even a preview', async () => {
    const { room, inside, letGo } = openRoom();
    ask(room, 'a');
    ask(room, 'b', { alone: true });
    ask(room, 'c');
    await settle();
    expect(inside).toEqual(['a']);
    await letGo('a');
    ask(room, 'preview', { urgent: true });
    await settle();
    expect(inside).toEqual(['b']);
    await letGo('b');
    expect(inside).toEqual(['preview', 'c']);
  });

  test('is shut while work is done that wants no photo beside it; those that come meanwhile wait', async () => {
    const { room, inside, letGo } = openRoom();
    ask(room, 'a');
    ask(room, 'b');
    await settle();
    let finish = (): void => undefined;
    let isAt = 'the door';
    const work = room.whileIdle(async () => {
      isAt = 'work';
      await new Promise<void>((resolve) => (finish = resolve));
      return 'done';
    });
    ask(room, 'c');
    ask(room, 'preview', { urgent: true });
    await letGo('a');
    // Not starved: the place that is free now is kept for it.
    expect([isAt, ...inside]).toEqual(['the door', 'b']);
    await letGo('b');
    expect([isAt, ...inside]).toEqual(['work']);
    finish();
    expect(await work).toBe('done');
    await settle();
    expect(inside).toEqual(['preview', 'c']);
  });
});
