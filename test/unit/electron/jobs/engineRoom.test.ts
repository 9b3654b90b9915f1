import { expect, test } from 'vitest';
import { HostStopped } from '../../../../electron/hosts/client.ts';
import { EngineRoom } from '../../../../electron/jobs/engineRoom.ts';
import type { EngineWish } from '../../../../electron/jobs/engineCalls.ts';
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
