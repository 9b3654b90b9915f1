/** The program without its window: every room opened and connected. Knows nothing of Electron, so tests use it too. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Runtimes } from '../../engine/auto/index.ts';
import { sweepTemporaryFiles } from '../../engine/files/index.ts';
import { backupFolder, openCatalog, type Catalog } from '../catalog/index.ts';
import type { Emit } from '../events.ts';
import { Exporter } from '../export/exporter.ts';
import { HostClient } from '../hosts/client.ts';
import type { StartHost } from '../hosts/process.ts';
import { engineCalls, type EngineCalls } from '../jobs/engineCalls.ts';
import { EngineRoom } from '../jobs/engineRoom.ts';
import { COPIES_FOLDER, NOISE_FOLDER } from '../jobs/names.ts';
import { Previews } from '../jobs/previews.ts';
import { ProtectionTester } from '../jobs/protectionTester.ts';
import { JobQueue } from '../jobs/queue.ts';
import { WorkTimes, type Machine } from '../jobs/workTimes.ts';
import { albumMaker, type MakeAlbum } from '../library/albumMaker.ts';
import { Freshness } from '../library/freshness.ts';
import { ImageCache } from '../library/imageCache.ts';
import { Images } from '../library/images.ts';
import { Importer } from '../library/importer.ts';
import { LibraryCopies } from '../library/libraryCopies.ts';
import { LibrarySpace } from '../library/librarySpace.ts';
import { photoCalls, type PhotoCalls } from '../library/photoCalls.ts';
import { sweepLibrary } from '../library/sweepLibrary.ts';
import { Busy } from './busy.ts';
import { endsWithin } from './grace.ts';
import { exportOutcome, importOutcome, type OtherWork } from './otherWork.ts';
import { SettingsStore } from './settings.ts';

/** Thumbnails and converted pictures may take this much of the disk. */
const CACHE_BYTES = 2 * 1024 ** 3;
/** The engine holds hundreds of megabytes, and begins again in a second or two. */
const ENGINE_RESTS_AFTER_MS = 5 * 60_000;
/** At the end, work is given this long to be put down properly, and as long again without the hosts. */
const GRACE_MS = 4000;

export interface ServiceParts {
  dataFolder: string;
  /** The folder of the generator in the app's assets. */
  generatorFolder: string;
  startEngineHost: StartHost;
  startPhotoHost: StartHost;
  /** One for each way of computing that is tried. */
  startTrialHost: StartHost;
  /** What the system says about its graphics cards and their drivers, in any form. */
  graphics?: () => Promise<string>;
  emit: Emit;
  /** Told when anything that goes on by itself begins, and when all of it has ended. */
  onBusy?: (busy: boolean) => void;
  /** What the system says about power and the person before it; without it, jobs always work. */
  machine?: Machine;
  now?: () => Date;
  graceMs?: number;
}

export interface Services {
  catalog: Catalog;
  settings: SettingsStore;
  runtimes: Runtimes;
  engine: EngineRoom;
  freshness: Freshness;
  importer: Importer;
  images: Images;
  copies: LibraryCopies;
  space: LibrarySpace;
  previews: Previews;
  queue: JobQueue;
  /** When the user's settings let the queue work; to be told when they or the machine change. */
  workTimes: WorkTimes;
  tester: ProtectionTester;
  exporter: Exporter;
  /** What else goes on by itself, besides the jobs. */
  otherWork: readonly OtherWork[];
  makeAlbum: MakeAlbum;
  notices: string[];
  /** Ends everything; the jobs under way go on at the next start. */
  close(): Promise<void>;
}

/**
 * Opens the catalog and starts what was under way when the program last ended.
 * @throws UserError when the catalog cannot be used.
 */
export async function openServices(parts: ServiceParts): Promise<Services> {
  const { dataFolder, emit } = parts;
  const writtenBefore = Date.now();
  const now = parts.now ?? (() => new Date());
  const { catalog, notices } = openCatalog(dataFolder, { now });
  const settings = new SettingsStore(dataFolder);
  if (settings.notice !== null) notices.push(settings.notice);
  const thumbs = join(dataFolder, 'thumbs');
  for (const folder of [join(dataFolder, NOISE_FOLDER), join(dataFolder, COPIES_FOLDER), thumbs, dataFolder]) {
    await mkdir(folder, { recursive: true });
    await sweepTemporaryFiles(folder);
  }
  await sweepTemporaryFiles(backupFolder(dataFolder));

  const engineHost = new HostClient<EngineCalls>('the engine host', engineCalls, parts.startEngineHost, {
    restAfter: ENGINE_RESTS_AFTER_MS,
  });
  // Two of a kind: a long import or export does not keep thumbnails waiting.
  const viewHost = new HostClient<PhotoCalls>('the view host', photoCalls, parts.startPhotoHost);
  const workHost = new HostClient<PhotoCalls>('the work host', photoCalls, parts.startPhotoHost);
  const runtimes = new Runtimes({
    startTrial: parts.startTrialHost,
    generatorFolder: parts.generatorFolder,
    file: join(dataFolder, 'runtimes.json'),
    now,
    onTable: (table) => emit('runtimes.changed', table),
    ...(parts.graphics === undefined ? {} : { graphics: parts.graphics }),
  });
  const busy = new Busy(
    () => otherWork,
    (isBusy) => parts.onBusy?.(isBusy),
  );
  let closing = false;
  const engine = new EngineRoom({
    host: engineHost,
    generatorFolder: parts.generatorFolder,
    wish: async () => {
      const { runtime, threads } = settings.get();
      const plan = await runtimes.plan(runtime, threads);
      return { generatorFolder: parts.generatorFolder, runtimes: plan, threads };
    },
    emit,
    onDropped: async (id, reason) => {
      // The host that we end ourselves has not failed.
      if (!closing) await runtimes.drop(id, reason, settings.get().threads);
    },
  });
  const makeAlbum = albumMaker(catalog, (used) => engine.chooseTargetClass(used), now);
  const freshness = new Freshness(catalog, workHost, emit, now);
  const importer = new Importer({
    catalog,
    host: workHost,
    freshness,
    makeAlbum,
    emit: (event, payload) => {
      emit(event, payload);
      // Its state is how an import tells that it begins.
      if (event === 'library.importChanged') busy.look();
    },
    now,
  });
  const previews = new Previews({ catalog, engine, freshness, dataFolder });
  const images = new Images({
    catalog,
    host: viewHost,
    cache: new ImageCache(thumbs, CACHE_BYTES),
    dataFolder,
    findPreview: (previewId) => previews.find(previewId),
  });
  const copies = new LibraryCopies({ catalog, host: viewHost, freshness, dataFolder });
  const workTimes = new WorkTimes({
    machine: parts.machine ?? { isOnBattery: () => false, idleSeconds: () => Infinity },
    settings: () => settings.get(),
    onChange: () => queue.holdChanged(),
  });
  const queue: JobQueue = new JobQueue({
    catalog,
    engine,
    freshness,
    copies,
    dataFolder,
    emit,
    now,
    hold: () => workTimes.hold(),
    onBusy: (isBusy) => busy.jobs(isBusy),
  });
  const onBegin = (): void => busy.look();
  const tester = new ProtectionTester({ catalog, engine, freshness, copies, emit, now, onBegin });
  const exporter = new Exporter({ catalog, host: workHost, freshness, dataFolder, emit, now, onBegin });
  const space = new LibrarySpace({ catalog, dataFolder, tester });
  const otherWork: readonly OtherWork[] = [
    {
      words: 'adding photos',
      isRunning: () => importer.isRunning,
      idle: () => importer.idle(),
      outcome: () => importOutcome(importer.state),
    },
    {
      words: 'exporting copies',
      isRunning: () => exporter.isRunning,
      idle: () => exporter.idle(),
      outcome: () => exporter.endedInARow.map(exportOutcome).join(' '),
    },
    {
      words: 'testing protection',
      isRunning: () => tester.isRunning,
      idle: () => tester.idle(),
      outcome: () => 'The test of your protection has ended.',
    },
  ];
  await previews.clear();
  notices.push(...exporter.cutShort());
  exporter.recover().catch((thrown: unknown) => console.error(thrown));
  queue.start();
  const sweeping = new AbortController();
  void sweepLibrary({ catalog, dataFolder, writtenBefore, signal: sweeping.signal });

  return {
    catalog,
    settings,
    runtimes,
    engine,
    freshness,
    importer,
    images,
    copies,
    space,
    previews,
    queue,
    workTimes,
    tester,
    exporter,
    otherWork,
    makeAlbum,
    notices,
    close: async () => {
      closing = true;
      sweeping.abort();
      importer.cancel();
      const ended = Promise.allSettled([
        exporter.stop(),
        tester.stop(),
        queue.stop(),
        importer.idle(),
        freshness.stop(),
      ]);
      workTimes.close();
      const graceMs = parts.graceMs ?? GRACE_MS;
      const isPutDown = await endsWithin(ended, graceMs);
      for (const host of [engineHost, viewHost, workHost]) host.stop();
      // A host that does not answer any more (its driver hangs, or a disk) has been what all waited for.
      if (!isPutDown) await endsWithin(ended, graceMs);
      try {
        catalog.backUpIfDue(now());
      } finally {
        catalog.close();
      }
    },
  };
}
