import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ExportPreset } from '../../../../electron/ipc/contract.ts';
import { Busy } from '../../../../electron/main/busy.ts';
import type { OtherWork } from '../../../../electron/main/otherWork.ts';
import { temporaryFolder } from '../support/folders.ts';
import { writePhoto } from '../support/photos.ts';
import { openShop } from '../support/shop.ts';

const preset: ExportPreset = { format: 'same', quality: 90, longEdge: null, colour: 'srgb', exif: 'strip', naming: '{name}', conflict: 'unique' }; // prettier-ignore

test('jobs, imports, exports and tests keep the machine awake, each to its end', async () => {
  const many = (kind: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${kind} ${n}.jpg`, `${kind} ${n}`]));
  const told: boolean[] = [];
  const { services, photos, albumId } = await openShop(many('sea'), undefined, { onBusy: (busy) => told.push(busy) });
  const { importer, exporter, tester, queue } = services;
  /** What was told since the last time, when everything has ended. */
  const since = async (work: Promise<unknown>): Promise<boolean[]> => {
    await work;
    await expect.poll(() => told.at(-1)).toBe(false);
    return told.splice(0);
  };
  await since(importer.idle());

  const wood = join(dirname(photos), 'Wood');
  mkdirSync(wood);
  for (const [name, content] of Object.entries(many('wood'))) writePhoto(join(wood, name), content);
  const importing = importer.run([wood], null);
  expect(told).toEqual([true]);
  expect(await since(importing)).toEqual([true, false]);

  queue.protectAlbum(albumId, 8, null);
  expect(told).toEqual([true]);
  expect(await since(queue.idle())).toEqual([true, false]);

  await exporter.start(albumId, null, temporaryFolder(), preset);
  await exporter.start(albumId, null, temporaryFolder(), preset);
  expect(told).toEqual([true]);
  expect(await since(exporter.idle())).toEqual([true, false]);

  tester.start(albumId);
  expect(told).toEqual([true]);
  expect(await since(tester.idle())).toEqual([true, false]);
});

test('what ends while something else goes on lets no machine fall asleep', async () => {
  const told: boolean[] = [];
  let isRunning = true;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const work: OtherWork = { words: 'exporting', isRunning: () => isRunning, idle: () => promise, outcome: () => '' };
  const busy = new Busy(
    () => [work],
    (is) => told.push(is),
  );
  busy.jobs(true);
  busy.look();
  busy.jobs(false);
  expect(told).toEqual([true]);
  isRunning = false;
  resolve(undefined);
  await expect.poll(() => told).toEqual([true, false]);
});
