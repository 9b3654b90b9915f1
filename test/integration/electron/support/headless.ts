/**
 * The program without a window: the same catalog, library, queue and hosts, in plain Node processes. Imports the
 * folder and protects it at the first run; goes on by itself at every later one. Tells each event as a line of JSON.
 * Usage: node headless.ts <data folder> <folder of photos>
 */
import { resolve } from 'node:path';
import { openServices } from '../../../../electron/main/services.ts';
import { forkNode } from './forkNode.ts';

const [data, photos] = process.argv.slice(2);
if (data === undefined || photos === undefined) throw new Error('Which folders?');

function tell(event: string, value: number | string = ''): void {
  process.stdout.write(`${JSON.stringify({ event, value })}\n`);
}

const services = await openServices({
  dataFolder: data,
  generatorFolder: resolve('assets/generator'),
  startEngineHost: forkNode('engineHost', (pid) => tell('engine', pid)),
  startPhotoHost: forkNode('photoHost'),
  startTrialHost: forkNode('trialHost'),
  emit: (event, payload) => {
    if (event === 'app.notice') tell('notice', JSON.stringify(payload));
    if (event !== 'photos.changed' || !('photos' in payload)) return;
    for (const photo of payload.photos) tell(photo.status, photo.photoId);
  },
});
tell('open');
if (services.catalog.jobs.list().length === 0) {
  const { albumIds, failures } = await services.importer.run([photos], null);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  for (const albumId of albumIds) services.queue.protectAlbum(albumId, 8, null);
  tell('job');
}
await services.queue.idle();
tell('idle');
await services.close();
