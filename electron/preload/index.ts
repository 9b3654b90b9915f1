/**
 * The one door between the page and the program. Sandboxed: it may import `electron` and nothing that has to be
 * found at run time, so the channel names are repeated here as literals; the types keep them in step with the
 * contract.
 */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import type { Channel, EventName, StillgrainApi } from '../ipc/contract.ts';

const channels: Readonly<Record<Channel, true>> = {
  'app.info': true,
  'app.engine': true,
  'settings.get': true,
  'settings.set': true,
  'runtimes.table': true,
  'runtimes.measure': true,
  'library.chooseFolders': true,
  'library.chooseFiles': true,
  'library.import': true,
  'library.importSample': true,
  'library.importState': true,
  'library.cancelImport': true,
  'library.dismissImport': true,
  'albums.list': true,
  'albums.create': true,
  'albums.rename': true,
  'albums.remove': true,
  'albums.restore': true,
  'albums.photos': true,
  'albums.check': true,
  'albums.removePhotos': true,
  'albums.addPhotos': true,
  'photos.details': true,
  'photos.showOriginal': true,
  'jobs.protectAlbum': true,
  'jobs.preview': true,
  'jobs.list': true,
  'jobs.pause': true,
  'jobs.resume': true,
  'jobs.cancel': true,
  'jobs.retry': true,
  'jobs.failures': true,
  'jobs.clearFinished': true,
  'protectionTest.show': true,
  'protectionTest.start': true,
  'protectionTest.cancel': true,
  'export.chooseFolder': true,
  'export.start': true,
  'export.list': true,
  'export.cancel': true,
  'export.clearEnded': true,
  'export.showInFolder': true,
  'storage.usage': true,
  'storage.free': true,
};

const events: Readonly<Record<EventName, true>> = {
  'library.importChanged': true,
  'albums.changed': true,
  'photos.changed': true,
  'photos.allChanged': true,
  'jobs.changed': true,
  'protectionTest.changed': true,
  'export.changed': true,
  'settings.changed': true,
  'runtimes.changed': true,
  'app.notice': true,
};

function assertKnown(name: string, known: Readonly<Record<string, true>>): void {
  if (!Object.hasOwn(known, name)) throw new TypeError(`Stillgrain has no channel ${name}`);
}

const api: StillgrainApi = {
  request: (channel, ...input) => {
    assertKnown(channel, channels);
    return ipcRenderer.invoke(channel, input[0]);
  },
  on: (event, listener) => {
    assertKnown(event, events);
    const heard = (_event: IpcRendererEvent, payload: Parameters<typeof listener>[0]): void => listener(payload);
    ipcRenderer.on(event, heard);
    return () => ipcRenderer.off(event, heard);
  },
  pathOf: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
};

contextBridge.exposeInMainWorld('stillgrain', api);
