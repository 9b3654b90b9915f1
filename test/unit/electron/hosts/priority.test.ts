import { constants, getPriority } from 'node:os';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HostPriority } from '../../../../electron/hosts/priority.ts';
import { temporaryFolder } from '../support/folders.ts';

const { PRIORITY_BELOW_NORMAL, PRIORITY_NORMAL } = constants.priority;

test('a low priority holds for a real process, those that are there and those that come', async () => {
  const script = join(temporaryFolder(), 'wait.mjs');
  writeFileSync(script, 'process.send("up"); setInterval(() => {}, 1000);');
  const start = async (): Promise<number> => {
    const child = fork(script);
    onTestFinished(() => void child.kill());
    await once(child, 'message');
    return child.pid ?? 0;
  };
  const usual = getPriority();
  const priority = new HostPriority();
  const [first, second] = [await start(), await start()];
  priority.started(first);
  expect(getPriority(first)).toBe(usual);
  priority.want('low');
  priority.started(second);
  expect([getPriority(first), getPriority(second)]).toEqual([PRIORITY_BELOW_NORMAL, PRIORITY_BELOW_NORMAL]);
});

test('what the system refuses is left as it is, and those that have ended are forgotten', () => {
  const told: [number, number][] = [];
  const priority = new HostPriority((processId, level) => {
    told.push([processId, level]);
    if (level === PRIORITY_NORMAL) throw new Error('EACCES');
  });
  priority.started(7);
  priority.started(8);
  priority.ended(8);
  priority.want('low');
  priority.want('low');
  priority.want('normal');
  expect(told).toEqual([
    [7, PRIORITY_BELOW_NORMAL],
    [7, PRIORITY_NORMAL],
  ]);
});
