import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openServices, type Services } from '../../../../electron/main/services.ts';
import { sweepLibrary } from '../../../../electron/library/sweepLibrary.ts';
import { UserError } from '../../../../engine/errors.ts';
import { writePhoto } from '../support/photos.ts';
import { openProtectedShop, openShop, type Shop } from '../support/shop.ts';
import { testTrialHost } from '../support/trials.ts';

const LONG_AGO = new Date('2026-01-01');

/** A file that an earlier run has left. */
function leave(path: string): string {
  writeFileSync(path, 'left');
  utimesSync(path, LONG_AGO, LONG_AGO);
  return path;
}

function age(folder: string): void {
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), LONG_AGO, LONG_AGO);
}

/** The program's next start over the same folder. */
async function startAgain(data: string): Promise<Services> {
  const noHost = (): never => {
    throw new Error('no host is needed');
  };
  const services = await openServices({
    dataFolder: data,
    generatorFolder: 'generator',
    startEngineHost: noHost,
    startPhotoHost: noHost,
    startTrialHost: testTrialHost,
    emit: () => undefined,
  });
  onTestFinished(() => services.close());
  return services;
}

const filesOf = ({ data }: Shop): string[] =>
  ['copies', 'noise'].flatMap((folder) => readdirSync(join(data, folder)).map((name) => `${folder}/${name}`)).sort();

/** Path of the library's copy of a protection. */
function copyPath({ services, data }: Shop, protectionId: number): string {
  return join(data, services.catalog.protections.libraryCopy(protectionId)?.file ?? '');
}

/** The protections of a photo, newest first: of photos that are protected at once the first to end has the first number. */
const protectionsOf = ({ services }: Shop, photoId: number): number[] =>
  services.catalog.protections.history(photoId).map(({ protectionId }) => protectionId);

/** Whether the copies of a photo's protections are there, newest first. */
const areThere = (shop: Shop, photoId: number): boolean[] =>
  protectionsOf(shop, photoId).map((id) => existsSync(copyPath(shop, id)));

/** Protects the whole album with this strength. */
async function protect({ services, albumId }: Shop, rhoU: number): Promise<void> {
  services.queue.protectAlbum(albumId, rhoU, null);
  await services.queue.idle();
}

describe('the sweep at start', () => {
  test('removes what a photo that was changed meanwhile has left, and nothing that a row refers to', async () => {
    const shop = await openShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { services, engine, data, photos } = shop;
    engine.before = ({ source }) => {
      if (source.endsWith('a.jpg')) writePhoto(join(photos, 'a.jpg'), 'edited in the middle');
    };
    await protect(shop, 8);
    expect(services.queue.list()).toMatchObject([{ done: 1, failed: 1 }]);
    expect(filesOf(shop)).toHaveLength(4);
    for (const folder of ['copies', 'noise']) age(join(data, folder));
    await services.close();
    await startAgain(data);
    await expect.poll(() => filesOf(shop)).toHaveLength(2);
    const key =
      engine.requests
        .find(({ source }) => source.endsWith('b.jpg'))
        ?.copyStem.split('/')
        .at(-1) ?? '';
    expect(filesOf(shop)).toEqual([`copies/${key}.jpg`, `noise/${key}.png`]);
  });

  const key = '0123456789abcdef00000000';
  const sweep = ({ services, data }: Shop): Promise<void> =>
    sweepLibrary({
      catalog: services.catalog,
      dataFolder: data,
      writtenBefore: Date.now() - 60_000,
      signal: new AbortController().signal,
    });

  /** A task that was cancelled, and may have left files of this name. */
  function cancelledTask({ services, albumId }: Shop): void {
    const jobId = services.catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key }], '2026-01-01');
    services.catalog.jobs.setState(jobId, 'paused');
    services.queue.cancel(jobId);
  }

  test('touches only files that are named as ours are and were there before', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    const { data } = shop;
    cancelledTask(shop);
    const kept = filesOf(shop);
    for (const folder of ['copies', 'noise']) age(join(data, folder));
    const gone = ['jpg', 'png', 'webp', 'tif', 'avif'].map((ending) => leave(join(data, 'copies', `${key}.${ending}`)));
    gone.push(leave(join(data, 'noise', `${key}.png`)));
    const others = [
      ...['holiday.jpg', `${key}.txt`, `${key}.jpg.bak`, `x${key}.jpg`].map((name) => `copies/${name}`),
      `noise/${key}.jpg`,
    ];
    for (const name of others) leave(join(data, name));
    // Written since the start: by work that was called off late.
    writeFileSync(join(data, 'copies', `${key.replace('0', 'f')}.jpg`), 'new');
    mkdirSync(join(data, 'copies', `${key.replace('0', 'e')}.png`));
    symlinkSync(join(data, 'catalog.db'), join(data, 'copies', `${key.replace('0', 'd')}.jpg`));
    leave(join(data, `${key}.jpg`));
    const before = filesOf(shop).filter((file) => !gone.includes(join(data, file)));
    await sweep(shop);
    expect(filesOf(shop)).toEqual(before);
    expect(filesOf(shop)).toEqual(expect.arrayContaining([...kept, ...others]));
    expect(existsSync(join(data, `${key}.jpg`))).toBe(true);
  });

  test('leaves what a task that is not over will write again', async () => {
    const shop = await openShop({ 'a.jpg': 'a' });
    const { services, data, albumId } = shop;
    const jobId = services.catalog.jobs.insert({ albumId, rhoU: 8, seed: 1 }, [{ photoId: 1, key }], '2026-01-01');
    services.catalog.jobs.setState(jobId, 'paused');
    const file = leave(join(data, 'copies', `${key}.jpg`));
    await sweep(shop);
    expect(existsSync(file)).toBe(true);
    services.queue.cancel(jobId);
    await sweep(shop);
    expect(existsSync(file)).toBe(false);
  });

  test('leaves everything when the catalog is another one: that of these files may come back', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    for (const folder of ['copies', 'noise']) age(join(shop.data, folder));
    const before = filesOf(shop);
    await shop.services.close();
    rmSync(join(shop.data, 'catalog.db'));
    const { catalog } = await startAgain(shop.data);
    await sweep({ ...shop, services: { ...shop.services, catalog } });
    expect(before).toHaveLength(2);
    expect(filesOf(shop)).toEqual(before);
  });

  test('never throws', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a' });
    cancelledTask(shop);
    rmSync(join(shop.data, 'copies'), { recursive: true });
    await expect(sweep(shop)).resolves.toBeUndefined();
    await shop.services.close();
    mkdirSync(join(shop.data, 'copies'));
    leave(join(shop.data, 'copies', `${key}.jpg`));
    await expect(sweep(shop)).resolves.toBeUndefined();
  });
});

describe('free space', () => {
  test('takes the copies of earlier protections and leaves the rest', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { space, catalog } = shop.services;
    const first = await space.usage();
    expect(first.copies.files).toBe(2);
    expect(first.unneeded).toEqual({ files: 0, bytes: 0 });
    await protect(shop, 16);
    const size = readFileSync(copyPath(shop, 1)).length + readFileSync(copyPath(shop, 2)).length;
    expect((await space.usage()).unneeded).toEqual({ files: 2, bytes: size });
    const noise = readdirSync(join(shop.data, 'noise'));
    expect(await space.free()).toEqual({ files: 2, bytes: size, failed: 0 });
    expect([1, 2].map((photoId) => areThere(shop, photoId))).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(readdirSync(join(shop.data, 'noise'))).toEqual(noise);
    expect(await space.usage()).toMatchObject({ copies: { files: 2 }, unneeded: { files: 0, bytes: 0 } });
    // The history keeps its figures.
    expect(catalog.protections.history(1)).toHaveLength(2);
  });

  test('takes those of removed albums and photos; brought back, their copies are made again', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { services, albumId, photos, photoHost, engine } = shop;
    const { catalog, space, copies, images, queue } = services;
    queue.removePhotos(albumId, [2]);
    expect(await space.free()).toMatchObject({ files: 1 });
    expect([1, 2].flatMap((photoId) => areThere(shop, photoId))).toEqual([true, false]);
    catalog.albums.setRemoved(albumId, '2026-01-01');
    expect(await space.free()).toMatchObject({ files: 1 });
    catalog.albums.setRemoved(albumId, null);
    queue.addPhotos(albumId, [2]);
    expect(catalog.albumPhotos.list(albumId).map(({ status }) => status)).toEqual(['protected', 'protected']);

    // Two who ask at the same time wait for one making.
    const [of1 = 0, of2 = 0] = [1, 2].flatMap((photoId) => protectionsOf(shop, photoId));
    const path = copyPath(shop, of2);
    expect(await Promise.all([copies.pathOf(of2), copies.pathOf(of2)])).toEqual([path, path]);
    expect(photoHost.renders).toEqual([join(photos, 'b.jpg')]);
    expect(await images.protectedCopy(of2)).toEqual({ path, type: 'image/jpeg' });
    expect(readFileSync(path, 'utf8')).toMatch(/^copy of .*b\.jpg with .*\.png$/);
    expect(engine.requests).toHaveLength(2);

    // Of another content its noise is not.
    writePhoto(join(photos, 'a.jpg'), 'edited');
    await expect(copies.pathOf(of1)).rejects.toThrow(/“a.jpg” has changed since it was protected/);
    await expect(copies.pathOf(9)).rejects.toBeInstanceOf(UserError);
  });

  test('leaves the copies of photos that a job is to work on', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { space, queue } = shop.services;
    await protect(shop, 16);
    // It will find that photo 1 has been protected with this strength.
    shop.engine.before = () => new Promise(() => undefined);
    const { jobId } = queue.protectAlbum(shop.albumId, 4, [1]);
    expect(await space.free()).toMatchObject({ files: 1 });
    expect([1, 2].map((photoId) => areThere(shop, photoId))).toEqual([
      [true, true],
      [true, false],
    ]);
    queue.cancel(jobId);
  });

  test('leaves the copies of an album that is brought back meanwhile', async () => {
    const shop = await openProtectedShop({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const { space, catalog } = shop.services;
    catalog.albums.setRemoved(shop.albumId, '2026-01-01');
    const freeing = space.free();
    catalog.albums.setRemoved(shop.albumId, null);
    expect(await freeing).toMatchObject({ files: 0 });
    expect([1, 2].flatMap((photoId) => areThere(shop, photoId))).toEqual([true, true]);
  });

  test('is refused while a test reads copies, and says what to do', async () => {
    const many = (kind: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${kind} ${n}.jpg`, `${kind} ${n}`]));
    const shop = await openProtectedShop(many('sea'));
    const { space, tester, importer } = shop.services;
    const wood = join(shop.data, '..', 'Wood');
    for (const [name, content] of Object.entries(many('wood'))) writePhoto(join(wood, name), content);
    await importer.run([wood], null);
    await protect(shop, 16);
    tester.start(shop.albumId);
    await expect(space.free()).rejects.toMatchObject({ code: 'bad-setting', remedy: /Wait until that is done/ });
    await tester.idle();
    expect(await space.free()).toMatchObject({ files: 10 });
    // A test of an album that was away makes the copies that it needs.
    shop.services.catalog.albums.setRemoved(shop.albumId, '2026-01-01');
    expect(await space.free()).toMatchObject({ files: 10 });
    shop.services.catalog.albums.setRemoved(shop.albumId, null);
    tester.start(shop.albumId);
    await tester.idle();
    const copies = shop.engine.tests.at(-1)?.albums[0]?.photos.map(({ copy }) => copy !== null && existsSync(copy));
    expect(copies).toEqual(Array.from({ length: 10 }, () => true));
  });
});
