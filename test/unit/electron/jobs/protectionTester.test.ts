import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HostClient } from '../../../../electron/hosts/client.ts';
import { engineCalls, type EngineCalls } from '../../../../electron/jobs/engineCalls.ts';
import { engineService } from '../../../../electron/jobs/engineService.ts';
import { openServices } from '../../../../electron/main/services.ts';
import type { ProtectionTestHooks } from '../../../../engine/index.ts';
import { UserError } from '../../../../engine/errors.ts';
import { TestEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';
import { memoryHost } from '../support/memoryHost.ts';
import { writePhoto } from '../support/photos.ts';
import { openShop, openProtectedShop, type Shop } from '../support/shop.ts';
import { testTrialHost } from '../support/trials.ts';

/** Contents of `count` photos, no two alike. */
function contents(kind: string, count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${kind} ${n}.jpg`, `${kind} ${n}`]));
}

/** Adds an album of such photos; answers its id. */
async function addAlbum(shop: Shop, name: string, photos: Readonly<Record<string, string>>): Promise<number> {
  const folder = join(dirname(shop.photos), name);
  for (const [file, content] of Object.entries(photos)) writePhoto(join(folder, file), content);
  const { albumIds } = await shop.services.importer.run([folder], null);
  return albumIds[0] ?? 0;
}

/** Two albums, the first of them protected. */
async function openTestedShop(): Promise<Shop & { other: number }> {
  const shop = await openProtectedShop(contents('sea', 12));
  return { ...shop, other: await addAlbum(shop, 'Wood', contents('wood', 15)) };
}

/** Holds a test until the test's test lets it go on, or until it is cancelled. */
function hold(engine: TestEngine): { reached: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  let reach = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  engine.duringTest = async ({ signal }: ProtectionTestHooks) => {
    reach();
    await Promise.race([released, new Promise((resolve) => signal?.addEventListener('abort', resolve))]);
  };
  return { reached, release: () => release() };
}

describe('a test', () => {
  test('compares the album’s protected photos with the other albums as they are, and is kept', async () => {
    const shop = await openTestedShop();
    const { tester, catalog } = shop.services;
    expect(tester.show(shop.albumId)).toEqual({
      albumId: shop.albumId,
      obstacle: null,
      running: null,
      failure: null,
      last: null,
    });
    const started = tester.start(shop.albumId);
    expect(started.running).toEqual({ stage: 'photos', fraction: 0, secondsLeft: null });
    await tester.idle();

    const [tested, other] = shop.engine.tests[0]?.albums ?? [];
    expect(shop.engine.tests).toHaveLength(1);
    expect([tested?.name, tested?.photos.length]).toEqual(['Sea', 12]);
    // As many of the other album as of this one.
    expect([other?.name, other?.photos.length]).toEqual(['Wood', 12]);
    for (const { path, sha256, copy } of tested?.photos ?? []) {
      expect(catalog.photos.findByPath(path)?.sha256).toBe(sha256);
      expect(copy !== null && existsSync(copy)).toBe(true);
    }
    expect(other?.photos.every(({ copy }) => copy === null)).toBe(true);

    const { last, running } = tester.show(shop.albumId);
    expect(running).toBeNull();
    expect(last).toMatchObject({
      outdated: false,
      noise: { strengths: [8], generators: [{ name: 'test' }], noiseVersions: [1] },
      result: { albums: [{ name: 'Sea' }, { name: 'Wood' }], originals: [{ recognized: 0.8, mistaken: 0.1 }] },
    });
    const told = shop.log.all('protectionTest.changed');
    expect(told[0]?.running).toEqual({ stage: 'originals', fraction: 0.4, secondsLeft: 12 });
    expect(told.at(-1)).toEqual(tester.show(shop.albumId));
  });

  test('is there again after a restart, old once the album has been protected again, and gone with the album', async () => {
    const shop = await openTestedShop();
    shop.services.tester.start(shop.albumId);
    await shop.services.tester.idle();
    const before = shop.services.tester.show(shop.albumId);
    await shop.services.close();

    const services = await openServices({
      dataFolder: shop.data,
      generatorFolder: 'generator',
      startEngineHost: memoryHost<EngineCalls>(engineCalls, () =>
        engineService({
          openEngine: () => Promise.resolve(shop.engine),
          classesOf: () => Promise.resolve(8),
          chooseTargetClass: () => 0,
          seedFor: (jobSeed) => jobSeed,
          testProtection: (_options, request, hooks) => shop.engine.testProtection(request, hooks),
        }),
      ).start,
      startPhotoHost: shop.photoHost.memory.start,
      startTrialHost: testTrialHost,
      emit: shop.log.emit,
    });
    onTestFinished(() => services.close());
    expect(services.tester.show(shop.albumId)).toEqual(before);

    const photos = services.catalog.albumPhotos.list(shop.albumId);
    const newest = services.catalog.albumPhotos.newestProtection(shop.albumId);
    const last = photos.find(({ protectionId }) => protectionId === newest)?.photoId ?? 0;
    services.queue.removePhotos(shop.albumId, [last]);
    expect(services.catalog.albumPhotos.newestProtection(shop.albumId)).not.toBe(newest);
    expect(services.tester.show(shop.albumId).last?.outdated, 'nothing has been protected since').toBe(false);

    services.queue.protectAlbum(shop.albumId, 16, [1]);
    await services.queue.idle();
    expect(services.tester.show(shop.albumId).last?.outdated).toBe(true);

    services.catalog.albums.setRemoved(shop.albumId, new Date().toISOString());
    expect(() => services.tester.show(shop.albumId)).toThrow(/has been removed/);
    services.catalog.albums.setRemoved(shop.albumId, null);
    expect(services.tester.show(shop.albumId).last?.finishedAt).toBe(before.last?.finishedAt);
  });

  test('is outdated, too, when its photos have the protection again that they had before it', async () => {
    const { services, albumId } = await openTestedShop();
    const protect = async (rhoU: number): Promise<void> => {
      services.queue.protectAlbum(albumId, rhoU, null);
      await services.queue.idle();
    };
    await protect(16);
    services.tester.start(albumId);
    await services.tester.idle();
    const tested = services.catalog.albumPhotos.newestProtection(albumId) ?? 0;
    expect(services.tester.show(albumId).last?.outdated).toBe(false);
    await protect(8);
    expect(services.catalog.albumPhotos.newestProtection(albumId)).toBeLessThan(tested);
    expect(services.tester.show(albumId).last?.outdated).toBe(true);
  });

  test('that is cancelled leaves nothing', async () => {
    const shop = await openTestedShop();
    const { tester } = shop.services;
    const held = hold(shop.engine);
    tester.start(shop.albumId);
    await held.reached;
    tester.cancel(shop.other);
    expect(tester.show(shop.albumId).running).not.toBeNull();
    tester.cancel(shop.albumId);
    await tester.idle();
    expect(tester.show(shop.albumId)).toMatchObject({ running: null, failure: null, last: null, obstacle: null });
    expect(shop.log.last('protectionTest.changed')?.running).toBeNull();
  });

  test('that fails says why until the next one, and keeps what the one before found', async () => {
    const shop = await openTestedShop();
    const { tester } = shop.services;
    tester.start(shop.albumId);
    await tester.idle();
    shop.engine.duringTest = () => {
      throw new UserError('runtime', 'The device ran out of memory.', 'Close other programs.');
    };
    tester.start(shop.albumId);
    await tester.idle();
    expect(tester.show(shop.albumId)).toMatchObject({
      failure: { problem: 'The device ran out of memory.', remedy: 'Close other programs.' },
      last: { result: { epochs: 1 } },
    });
    shop.engine.duringTest = () => undefined;
    expect(tester.start(shop.albumId).failure).toBeNull();
    await tester.idle();
  });

  test('leaves out photos that are gone, changed or in an earlier album', async () => {
    const shop = await openProtectedShop(contents('sea', 12));
    const third = { ...contents('wood', 7), ...contents('sea', 5) };
    await addAlbum(shop, 'Small', contents('sand', 9));
    await addAlbum(shop, 'Mixed', third);
    await addAlbum(shop, 'Wood', contents('tree', 11));
    rmSync(join(shop.photos, 'sea 3.jpg'));
    writePhoto(join(shop.photos, 'sea 4.jpg'), 'something else');
    shop.services.tester.start(shop.albumId);
    await shop.services.tester.idle();
    const [tested, ...others] = shop.engine.tests[0]?.albums ?? [];
    const names = tested?.photos.map(({ path }) => basename(path)).sort();
    expect(names).toEqual(
      Object.keys(contents('sea', 12))
        .filter((name) => name !== 'sea 3.jpg' && name !== 'sea 4.jpg')
        .sort(),
    );
    // Mixed has seven photos of its own; what else is in it belongs to Sea, or did.
    expect(others.map(({ name }) => name)).toEqual(['Wood']);
  });
});

describe('what stands in the way of a test', () => {
  test('too few protected photos, nothing to tell it from', async () => {
    const shop = await openShop(contents('sea', 12));
    const { tester, queue } = shop.services;
    expect(tester.show(shop.albumId).obstacle).toMatchObject({
      reason: 'protected',
      problem: expect.stringContaining('no protected photo') as string,
    });
    queue.protectAlbum(shop.albumId, 8, null);
    await queue.idle();
    expect(tester.show(shop.albumId).obstacle?.reason).toBe('others');
    expect(() => tester.start(shop.albumId)).toThrow(/second album of at least 10 photos/);
    await addAlbum(shop, 'Wood', contents('wood', 10));
    expect(tester.show(shop.albumId).obstacle).toBeNull();
  });

  test('files that are gone although the catalog counts them', async () => {
    const shop = await openTestedShop();
    const { tester } = shop.services;
    for (let n = 0; n < 4; n++) rmSync(join(shop.photos, `sea ${n}.jpg`));
    tester.start(shop.albumId);
    await tester.idle();
    expect(tester.show(shop.albumId).failure?.problem).toMatch(/^Only 8 photos of “Sea” are still there/);
    expect(shop.engine.tests).toEqual([]);
  });

  test('photos that are being protected, and another test', async () => {
    const shop = await openTestedShop();
    const { tester, queue } = shop.services;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    shop.engine.before = () => released;
    queue.protectAlbum(shop.other, 8, null);
    expect(tester.show(shop.albumId).obstacle).toEqual({
      reason: 'busy',
      problem: 'Photos of “Wood” are being protected.',
      remedy: 'Wait until that is done, or pause it in the queue.',
    });
    expect(() => tester.start(shop.albumId)).toThrow(/are being protected/);
    release();
    await queue.idle();

    const held = hold(shop.engine);
    tester.start(shop.albumId);
    await held.reached;
    expect(tester.show(shop.other).obstacle?.problem).toBe('“Sea” is being tested.');
    expect(() => tester.start(shop.other)).toThrow(/“Sea” is being tested/);
    held.release();
    await tester.idle();
    expect(tester.show(shop.other).obstacle).toBeNull();
  });
});

describe('the engine host', () => {
  test('lets photos go first while a test runs', async () => {
    const engine = new TestEngine();
    const steps: string[] = [];
    let step = (): void => undefined;
    const begun = new Promise<void>((resolve) => (step = resolve));
    const service = engineService({
      openEngine: () => Promise.resolve(engine),
      classesOf: () => Promise.resolve(8),
      chooseTargetClass: () => 0,
      seedFor: (jobSeed) => jobSeed,
      testProtection: async (_options, request, { turn }) => {
        await turn?.();
        steps.push('step 1');
        step();
        // One turn of the event loop, as a batch on another thread takes.
        await new Promise((resolve) => setTimeout(resolve, 20));
        await turn?.();
        steps.push('step 2');
        return engine.testProtection(request, {});
      },
    });
    engine.before = async () => {
      steps.push('photo');
      await new Promise((resolve) => setTimeout(resolve, 60));
      steps.push('photo done');
    };
    const client = new HostClient<EngineCalls>('engine', engineCalls, memoryHost(engineCalls, () => service).start);
    const wish = { generatorFolder: 'g', runtimes: [{ id: 'onnx/cpu' as const, seconds: null }], threads: null };
    const albums = ['A', 'B'].map((name) => ({
      name,
      photos: Array.from({ length: 3 }, (_, n) => ({ path: `/${name}${n}`, sha256: `${n}`, copy: null })),
    }));
    const tested = client.call('test', { engine: wish, albums, seed: 1 });
    await begun;
    const folder = temporaryFolder();
    const protectedPhoto = client.call('protect', {
      engine: wish,
      source: 'a.jpg',
      rhoU: 8,
      targetClass: 0,
      seed: { job: 1, contentSha256: '0'.repeat(64) },
      noisePath: join(folder, 'noise.png'),
      copyStem: join(folder, 'copy'),
      render: { format: 'same', quality: 92, longEdge: null, colour: 'keep', metadata: { exif: 'keep', xmp: 'keep' } },
    });
    await Promise.all([tested, protectedPhoto]);
    expect(steps).toEqual(['step 1', 'photo', 'photo done', 'step 2']);
  });
});
