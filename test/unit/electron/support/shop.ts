import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openServices, type ServiceParts, type Services } from '../../../../electron/main/services.ts';
import { engineCalls, type EngineCalls } from '../../../../electron/jobs/engineCalls.ts';
import { engineService } from '../../../../electron/jobs/engineService.ts';
import { TestEngine } from './engine.ts';
import { EventLog } from './events.ts';
import { temporaryFolder } from './folders.ts';
import { memoryHost } from './memoryHost.ts';
import { testTrialHost } from './trials.ts';
import { testPhotoHost, writePhoto, type TestPhotoHost } from './photos.ts';

export interface Shop {
  services: Services;
  engine: TestEngine;
  photoHost: TestPhotoHost;
  log: EventLog;
  /** The folder of the original photos. */
  photos: string;
  data: string;
  albumId: number;
}

/** The whole program over stand-ins for its hosts, with an album of these photos: name to content. */
export async function openShop(
  contents: Readonly<Record<string, string>>,
  beforeRender?: (source: string) => void,
  parts: Pick<ServiceParts, 'graceMs' | 'onBusy'> = {},
): Promise<Shop> {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const photos = join(folder, 'Sea');
  await mkdir(data, { recursive: true });
  for (const [name, content] of Object.entries(contents)) writePhoto(join(photos, name), content);
  const log = new EventLog();
  const engine = new TestEngine();
  const photoHost = testPhotoHost(beforeRender);
  const services = await openServices({
    dataFolder: data,
    generatorFolder: 'generator',
    startEngineHost: memoryHost<EngineCalls>(engineCalls, () =>
      engineService({
        openEngine: () => Promise.resolve(engine),
        classesOf: () => Promise.resolve(engine.generator.classes),
        chooseTargetClass: (used, classes) => used.length % classes,
        seedFor: (jobSeed) => jobSeed,
        testProtection: (_options, request, hooks) => engine.testProtection(request, hooks),
      }),
    ).start,
    startPhotoHost: photoHost.memory.start,
    startTrialHost: testTrialHost,
    emit: log.emit,
    ...parts,
  });
  onTestFinished(() => services.close());
  const { albumIds } = await services.importer.run([photos], null);
  return { services, engine, photoHost, log, photos, data, albumId: albumIds[0] ?? 0 };
}

/** As {@link openShop}, and the album is protected. */
export async function openProtectedShop(
  contents: Readonly<Record<string, string>>,
  beforeRender?: (source: string) => void,
): Promise<Shop> {
  const shop = await openShop(contents, beforeRender);
  shop.services.queue.protectAlbum(shop.albumId, 8, null);
  await shop.services.queue.idle();
  return shop;
}
