import { expect, test } from 'vitest';
import { Turns } from '../../../../electron/jobs/turns.ts';

const patient = { urgent: false, alone: false };

test('who is called off while waiting leaves the line, and those behind it go on', async () => {
  const turns = new Turns(() => 1);
  const done: string[] = [];
  let end = (): void => undefined;
  const first = turns.take(patient, () => new Promise<void>((resolve) => (end = resolve)));
  const controller = new AbortController();
  const second = turns.take({ urgent: true, alone: true, signal: controller.signal }, () => {
    done.push('second');
    return Promise.resolve();
  });
  const third = turns.take(patient, () => {
    done.push('third');
    return Promise.resolve();
  });
  controller.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  end();
  await Promise.all([first, third]);
  expect(done).toEqual(['third']);
});

test('who is called off before does not wait; work that has begun is not ended', async () => {
  const turns = new Turns(() => 1);
  await expect(turns.take({ ...patient, signal: AbortSignal.abort() }, () => Promise.resolve())).rejects.toMatchObject({
    code: 'cancelled',
  });
  const controller = new AbortController();
  const answer = turns.take({ ...patient, signal: controller.signal }, async () => {
    controller.abort();
    await Promise.resolve();
    return 'done';
  });
  expect(await answer).toBe('done');
  expect(await turns.take(patient, () => Promise.resolve('next'))).toBe('next');
});
