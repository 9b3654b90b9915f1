import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCatalog } from '../../../../electron/catalog/index.ts';
import type { ExportPreset } from '../../../../electron/ipc/contract.ts';
import { openServices, type ServiceParts, type Services } from '../../../../electron/main/services.ts';
import { temporaryFolder } from '../support/folders.ts';
import { writePhoto } from '../support/photos.ts';
import { openProtectedShop, openShop } from '../support/shop.ts';
import { testTrialHost } from '../support/trials.ts';

const preset: ExportPreset = { format: 'same', quality: 90, longEdge: null, colour: 'srgb', exif: 'strip', naming: '{name}', conflict: 'unique' }; // prettier-ignore

const noHost = (): never => {
  throw new Error('no host is needed');
};
const withoutHosts: Omit<ServiceParts, 'dataFolder'> = {
  generatorFolder: 'generator',
  startEngineHost: noHost,
  startPhotoHost: noHost,
  startTrialHost: testTrialHost,
  emit: () => undefined,
};

function underWay({ otherWork }: Services): string[] {
  return otherWork.filter((work) => work.isRunning()).map(({ words }) => words);
}

const outcomeOf = ({ otherWork }: Services, words: string): string | undefined =>
  otherWork.find((work) => work.words === words)?.outcome();

async function allEnded({ otherWork }: Services): Promise<void> {
  await Promise.all(otherWork.map((work) => work.idle()));
}

describe('work besides the jobs', () => {
  test('is an import', async () => {
    const { services, log, photos } = await openShop({ 'a.jpg': 'a' });
    let seen: string[] = [];
    log.listen('library.importChanged', () => {
      if (services.importer.state.progress !== null) seen = underWay(services);
    });
    const wood = join(dirname(photos), 'Wood');
    writePhoto(join(wood, 'b.jpg'), 'b');
    expect(underWay(services)).toEqual([]);
    const result = services.importer.run([wood], null);
    expect(underWay(services)).toEqual(['adding photos']);
    await allEnded(services);
    expect(underWay(services)).toEqual([]);
    expect(seen).toEqual(['adding photos']);
    expect((await result).added).toBe(1);
    expect(outcomeOf(services, 'adding photos')).toBe('1 photo added.');
  });

  test('is an export', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    const { services, albumId, photoHost } = shop;
    const folder = temporaryFolder();
    await services.exporter.start(albumId, null, folder, preset);
    expect(underWay(services)).toEqual(['exporting copies']);
    await allEnded(services);
    expect(underWay(services)).toEqual([]);
    expect(photoHost.renders).toHaveLength(1);
    const sentence = `1 of 1 photo exported to “${basename(folder)}”.`;
    expect(outcomeOf(services, 'exporting copies')).toBe(sentence);

    // Two in line are told together, and all are in the list until they are cleared away.
    for (const conflict of ['skip', 'unique'] as const) {
      await services.exporter.start(albumId, null, folder, { ...preset, conflict });
    }
    await allEnded(services);
    expect(outcomeOf(services, 'exporting copies')).toBe(
      `0 of 1 photo exported to “${basename(folder)}”. 1 left out, as the name was there already. ${sentence}`,
    );
    expect(services.exporter.list().map(({ written, skipped }) => [written, skipped])).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    services.exporter.clearEnded();
    expect(services.exporter.list()).toEqual([]);
  });

  test('is a protection test', async () => {
    const many = (kind: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${kind} ${n}.jpg`, `${kind} ${n}`]));
    const { services, engine, photos, albumId } = await openProtectedShop(many('sea'));
    const wood = join(dirname(photos), 'Wood');
    for (const [name, content] of Object.entries(many('wood'))) writePhoto(join(wood, name), content);
    await services.importer.run([wood], null);
    services.tester.start(albumId);
    expect(underWay(services)).toEqual(['testing protection']);
    await allEnded(services);
    expect(underWay(services)).toEqual([]);
    expect(engine.tests).toHaveLength(1);
  });
});

describe('the end of the program', () => {
  /** The notices of the next start. */
  async function noticesAfter(data: string): Promise<string[]> {
    const services = await openServices({ ...withoutHosts, dataFolder: data });
    const { notices } = services;
    await services.close();
    return notices;
  }

  test('that cuts exports short is told at the next start, once', async () => {
    const closed = Promise.withResolvers<unknown>();
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' }, (source) => {
      if (basename(source) === 'b.jpg') closed.resolve(services.close());
    });
    const { services, albumId, data } = shop;
    const [folder, second, third] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    await services.exporter.start(albumId, null, folder, preset);
    await services.exporter.start(albumId, null, second, preset);
    const { exportId } = await services.exporter.start(albumId, null, third, preset);
    services.exporter.cancel(exportId);
    await closed.promise;
    // The one that its user has cancelled is not told.
    expect(await noticesAfter(data)).toEqual(
      [`“${basename(folder)}” was cut short: 2 of 3`, `“${basename(second)}” was cut short: 0 of 3`].map(
        (part) => `The export of “Sea” to ${part} copies were written. Export it again with “Skip the photo” to go on.`,
      ),
    );
    expect(await noticesAfter(data)).toEqual([]);
  });

  test('does not wait for an engine that does not answer any more', async () => {
    const { services, engine, albumId } = await openShop({ 'a.jpg': 'a' }, undefined, { graceMs: 50 });
    const { promise: reached, resolve } = Promise.withResolvers<undefined>();
    engine.before = async () => {
      resolve(undefined);
      await new Promise(() => undefined);
    };
    services.queue.protectAlbum(albumId, 8, null);
    await reached;
    const started = performance.now();
    await services.close();
    expect(performance.now() - started).toBeLessThan(3000);
  }, 10_000);
});

describe('the catalog’s backups', () => {
  test('that a kill cut short are swept at the next start', async () => {
    const data = temporaryFolder();
    const backups = join(data, 'backups');
    mkdirSync(backups);
    for (const name of ['.stillgrain-2026-11-22-163240.part', '.stillgrain-2026-11-22-163240.part-journal', 'mine.txt'])
      writeFileSync(join(backups, name), 'half');
    const services = await openServices({ ...withoutHosts, dataFolder: data });
    expect(readdirSync(backups)).toEqual(['mine.txt']);
    await services.close();
  });

  test('that cannot be made keep no catalog open', async () => {
    const { services, data } = await openShop({ 'a.jpg': 'a' });
    const backups = join(data, 'backups');
    writeFileSync(backups, 'in the way');
    await expect(services.close()).rejects.toThrow();
    rmSync(backups);
    const { catalog } = openCatalog(data);
    expect(catalog.albums.summaries()).toHaveLength(1);
    // Closing a second time then finds no backup due.
    catalog.backUpIfDue(new Date());
    catalog.close();
  });
});
