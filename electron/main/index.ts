/** The program's start: one instance, a closed session, the rooms, one window. */
import {
  app,
  dialog,
  ipcMain,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  session,
  shell,
  type BrowserWindow,
} from 'electron';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { toFailure } from '../../engine/errors.ts';
import type { Emit } from '../events.ts';
import { forkUtility } from '../hosts/forkUtility.ts';
import { HostPriority } from '../hosts/priority.ts';
import { albumHandlers } from '../ipc/albumHandlers.ts';
import { appHandlers } from '../ipc/appHandlers.ts';
import type { EventName, Events } from '../ipc/contract.ts';
import { exportHandlers } from '../ipc/exportHandlers.ts';
import { registerHandlers } from '../ipc/handle.ts';
import { jobHandlers } from '../ipc/jobHandlers.ts';
import { libraryHandlers } from '../ipc/libraryHandlers.ts';
import { photoHandlers } from '../ipc/photoHandlers.ts';
import { runtimeHandlers } from '../ipc/runtimeHandlers.ts';
import { protectionTestHandlers } from '../ipc/protectionTestHandlers.ts';
import { storageHandlers } from '../ipc/storageHandlers.ts';
import { Background } from './background.ts';
import { systemDialogs, type Dialogs } from './dialogs.ts';
import { HeldNotices } from './heldNotices.ts';
import { setMenu } from './menu.ts';
import { loadPage } from './page.ts';
import { buildPaths } from './paths.ts';
import { declareSchemes, serveImages, serveInterface } from './protocols.ts';
import { Quitting } from './quitting.ts';
import { closeContents, closeResolver, closeSession } from './security.ts';
import { openServices, type Services } from './services.ts';
import { scriptedDialogs } from './testDialogs.ts';
import { openWindow } from './window.ts';

let window: BrowserWindow | null = null;
let services: Services | null = null;
let background: Background | null = null;
const dialogs = chooseDialogs();
const quitting = new Quitting({
  lost: () => (services?.otherWork ?? []).filter((work) => work.isRunning()).map(({ words }) => words),
  ask: (question) => dialogs.confirmQuit(question),
  close: async () => {
    const ending = services;
    services = null;
    background?.close();
    background = null;
    await ending?.close();
  },
  quit: () => app.quit(),
  relaunch,
});

// As root Chromium has no sandbox, and asking for it would end every child process.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
declareSchemes();
closeContents(app);
closeResolver(app);

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => (quitting.isClosing ? quitting.wantAgain() : showWindow()));
  // Not awaited: `ready` comes only after this module has been loaded whole.
  app.whenReady().then(start).catch(giveUp);
} else {
  app.quit();
}

const tellWindow: Emit = (event, payload) => {
  if (window !== null && !window.isDestroyed()) window.webContents.send(event, payload);
};

const heldNotices = new HeldNotices((notice) => tellWindow('app.notice', notice));

/** What is told the window and heard here, too; a notice reaches the window through here only. */
const heard: { readonly [E in EventName]?: (payload: Events[E]) => void } = {
  'jobs.changed': (jobs) => background?.update(jobs),
  'app.notice': (notice) => heldNotices.tell(notice),
};

const emit: Emit = (event, payload) => {
  if (event !== 'app.notice') tellWindow(event, payload);
  heard[event]?.(payload);
};

async function start(): Promise<void> {
  const paths = buildPaths();
  const dataFolder = app.getPath('userData');
  closeSession(session.defaultSession);
  setMenu();
  const priority = new HostPriority();
  const opened = await openServices({
    dataFolder,
    generatorFolder: paths.generator,
    startEngineHost: forkUtility(paths.engineHost, 'Stillgrain engine', priority),
    startPhotoHost: forkUtility(paths.photoHost, 'Stillgrain photos'),
    startTrialHost: forkUtility(paths.trialHost, 'Stillgrain trial'),
    graphics: graphicsCards,
    emit,
    onBusy: keepAwake(),
    machine: {
      isOnBattery: () => powerMonitor.isOnBatteryPower(),
      idleSeconds: () => powerMonitor.getSystemIdleTime(),
    },
  });
  services = opened;
  const { catalog, settings, runtimes, engine, freshness, importer, images, previews, queue, exporter } = opened;
  const { notices, makeAlbum, tester, workTimes, copies, space } = opened;
  const useSettings = (): void => {
    nativeTheme.themeSource = settings.get().theme;
    priority.want(settings.get().priority);
    workTimes.look();
  };
  useSettings();
  powerMonitor.on('on-ac', () => workTimes.look());
  powerMonitor.on('on-battery', () => workTimes.look());
  powerMonitor.on('shutdown', () => quitting.force());
  // How a session that ends tells its programs. Only now: Electron sets its own before the program is ready.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => quitting.force());
  background = new Background({
    icon: paths.trayIcon,
    window: () => window,
    showWindow,
    jobs: () => queue.list(),
    otherWork: opened.otherWork,
    unread: () => heldNotices.sentences(),
  });

  const showInFolder = (path: string): void => shell.showItemInFolder(path);
  registerHandlers(ipcMain, {
    ...appHandlers({
      version: app.getVersion(),
      platform: process.platform,
      sampleAlbum: existsSync(paths.sampleAlbum),
      notices,
      settings,
      describeEngine: () => engine.describe(),
      emit: (event, payload) => {
        useSettings();
        emit(event, payload);
      },
    }),
    ...runtimeHandlers({ runtimes, engine, settings }),
    ...libraryHandlers({ importer, dialogs, sampleFolder: paths.sampleAlbum }),
    ...albumHandlers({ catalog, freshness, tester, queue, makeAlbum, emit, now: () => new Date() }),
    ...photoHandlers({ catalog, freshness, showInFolder }),
    ...jobHandlers(queue, previews),
    ...protectionTestHandlers(tester),
    ...exportHandlers({ exporter, dialogs, showInFolder }),
    ...storageHandlers(space),
  });
  serveInterface(session.defaultSession, paths.renderer);
  serveImages(session.defaultSession, images, copies);

  showWindow();
  // Loaded while the user looks round, so that the first photo does not wait for it. A failure is told by app.engine.
  engine.describe().catch(() => undefined);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => background?.windowClosed());
}

function showWindow(): void {
  if (services === null) return;
  if (window === null || window.isDestroyed()) {
    window = openWindow(app.getPath('userData'), buildPaths().preload);
    window.on('closed', () => (window = null));
    loadPage(window, {
      // The page listens before it has loaded whole.
      opened: () => heldNotices.pageOpened(),
      closed: () => heldNotices.pageClosed(),
      failed: giveUp,
      isClosing: () => quitting.isClosing,
    });
    background?.windowShown();
    return;
  }
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** Starts the program again when it has ended. An AppImage's own file lies in a place that goes with it. */
function relaunch(): void {
  const appImage = process.env['APPIMAGE'];
  app.relaunch(appImage === undefined ? {} : { execPath: appImage });
}

/** Tests answer dialogs by a switch, or in a checkout by a variable; users never meet either. */
function chooseDialogs(): Dialogs {
  const scripted =
    app.commandLine.getSwitchValue('test-dialogs') ||
    (app.isPackaged ? '' : (process.env['STILLGRAIN_TEST_DIALOG_PATHS'] ?? ''));
  return scripted === '' ? systemDialogs(() => window) : scriptedDialogs(scripted);
}

/** Each card with its driver, for what Auto remembers. A system that does not tell has none. */
async function graphicsCards(): Promise<string> {
  try {
    const { gpuDevice } = z.object({ gpuDevice: z.array(graphicsCard) }).parse(await app.getGPUInfo('basic'));
    return JSON.stringify(gpuDevice);
  } catch {
    return '';
  }
}

const graphicsCard = z.object({
  vendorId: z.number().optional(),
  deviceId: z.number().optional(),
  driverVersion: z.string().optional(),
});

/** The machine does not fall asleep while work goes on. */
function keepAwake(): (busy: boolean) => void {
  let blocker: number | null = null;
  return (busy) => {
    if (busy) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
}

/** Without a catalog there is nothing to show: a sentence, then the end. */
function giveUp(thrown: unknown): void {
  const { problem, remedy } = toFailure(thrown);
  console.error(thrown);
  dialog.showErrorBox('Stillgrain cannot start', `${problem}\n\n${remedy}`);
  app.exit(1);
}

app.on('before-quit', (event) => {
  // Before there is anything to put down, it may end at once.
  if (services !== null || quitting.isClosing) quitting.beforeQuit(event);
});
