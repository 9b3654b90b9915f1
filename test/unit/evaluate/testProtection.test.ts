import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  STRANGER,
  testProtection,
  type ProtectionTestProgress,
  type StrangerPlan,
  type TestedAlbum,
} from '../../../engine/evaluate/index.ts';
import { takenForFirst } from '../../../engine/evaluate/testProtection.ts';
import { closePhotoLibrary } from '../../../engine/photo/index.ts';
import { openOnnxRuntime, type Runtime } from '../../../engine/runtime/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import type { SamplePhoto } from '../../fixtures/photos.ts';
import { writeCrops, writeFlat } from './albumFixture.ts';

const folder = temporaryFolder();
const plan: StrangerPlan = {
  ...STRANGER,
  network: { inputSize: 16, widths: [8, 12], blocks: 1 },
  epochs: 12,
  batch: 8,
};
const COUNT = 15;

const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** An album of crops; with a colour, each has a copy of that colour: a lesson easier than any photo. */
async function albumOf(name: string, of: SamplePhoto, colour?: [number, number, number]): Promise<TestedAlbum> {
  const photos: TestedAlbum['photos'] = [];
  for (const path of await writeCrops(join(folder, name), of, COUNT)) {
    const copy = join(folder, `${name} copies`, basename(path));
    if (colour) await writeFlat(copy, colour);
    photos.push({ path, sha256: sha256Of(path), copy: colour ? copy : null });
  }
  return { name, photos };
}

let runtime: Runtime;
let night: TestedAlbum;
let water: TestedAlbum;
let cup: TestedAlbum;
beforeAll(async () => {
  runtime = openOnnxRuntime({ threads: 1 });
  night = await albumOf('night', 'galaxies', [200, 40, 40]);
  water = await albumOf('water', 'river-otter', [40, 200, 40]);
  cup = await albumOf('cup', 'coffee-cup');
});
afterAll(async () => {
  await runtime.close();
  await closePhotoLibrary();
});

/** The same albums, none of their photos protected. */
function unprotected(albums: readonly TestedAlbum[]): TestedAlbum[] {
  return albums.map(({ name, photos }) => ({ name, photos: photos.map((photo) => ({ ...photo, copy: null })) }));
}

describe('a test of one album among others', () => {
  it('learns the album from originals, and not from copies with an easier lesson', async () => {
    const seen: ProtectionTestProgress[] = [];
    const onProgress = (progress: ProtectionTestProgress): void => void seen.push(progress);
    const test = await testProtection(runtime, { albums: [night, water, cup], seed: 1 }, { onProgress }, plan);
    expect(test.albums).toEqual([
      { name: 'night', training: 10, heldOut: 5, copies: 10 },
      { name: 'water', training: 10, heldOut: 5, copies: 10 },
      { name: 'cup', training: 10, heldOut: 5, copies: 0 },
    ]);
    expect([test.originals.length, test.copies.length]).toEqual([12, 12]);
    expect(test.originals.at(-1)?.recognized).toBeGreaterThan(0.6);
    expect(test.originals.at(-1)?.accuracy).toBeGreaterThan(0.6);
    expect(test.copies.at(-1)?.recognized).toBeLessThan(0.4);
    // Of ten photos of the other two albums.
    for (const { mistaken } of [...test.originals, ...test.copies]) {
      expect(mistaken).toBeCloseTo(Math.round(10 * mistaken) / 10, 10);
    }
    expect(test.originals.at(-1)?.mistaken).toBeLessThan(0.4);
    expect(test.skipped).toBe(0);

    expect(new Set(seen.map(({ stage }) => stage))).toEqual(new Set(['photos', 'originals', 'copies']));
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ stage: 'copies', fraction: 1, secondsLeft: 0 });
  });

  it('trains twice alike when nothing is protected', async () => {
    const albums = unprotected([night, water]);
    const test = await testProtection(runtime, { albums, seed: 2 }, {}, { ...plan, epochs: 2 });
    expect(test.copies).toEqual(test.originals);
    expect(test.albums.map(({ copies }) => copies)).toEqual([0, 0]);
  });

  it('holds out the first third by content, and leaves out what cannot be read', async () => {
    // The held-out photos, found here once more: those whose copies nobody needs.
    const order = night.photos.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    const withHoles = order.map((photo, i) => ({ ...photo, copy: i < 6 ? join(folder, 'gone.png') : photo.copy }));
    const albums = [{ ...night, photos: withHoles }, cup];
    const test = await testProtection(runtime, { albums, seed: 1 }, {}, { ...plan, epochs: 1 });
    expect(test.albums[0]).toMatchObject({ training: 9, heldOut: 5, copies: 9 });
    expect(test.skipped).toBe(1);
  });

  it('says which album has too few photos of its own', async () => {
    const albums = [night, { name: 'again', photos: night.photos }];
    await expect(testProtection(runtime, { albums, seed: 1 }, {}, plan)).rejects.toMatchObject({
      code: 'bad-setting',
      problem: 'The album again has no photo that can be used.',
    });
  });
});

it('counts what a model took for the album, of its own photos and of the others’', () => {
  expect(
    takenForFirst([
      [3, 1, 0],
      [2, 5, 1],
      [0, 1, 1],
    ]),
  ).toEqual({ recognized: 0.75, mistaken: 0.2 });
  expect(
    takenForFirst([
      [4, 0],
      [6, 0],
    ]),
  ).toEqual({ recognized: 1, mistaken: 1 });
});

describe('a test beside other work', () => {
  const albums = (): TestedAlbum[] => unprotected([night, cup]);

  it('waits for its turn before each step', async () => {
    let turns = 0;
    let steps = 0;
    let isHeld = false;
    let release = (): void => undefined;
    const turn = async (): Promise<void> => {
      turns += 1;
      if (turns !== 60) return;
      isHeld = true;
      await new Promise<void>((resolve) => (release = resolve));
      isHeld = false;
    };
    const stepsWhileHeld: number[] = [];
    const onProgress = (): void => {
      steps += 1;
      if (isHeld) stepsWhileHeld.push(steps);
    };
    const running = testProtection(
      runtime,
      { albums: albums(), seed: 1 },
      { turn, onProgress },
      { ...plan, epochs: 8 },
    );
    await expect.poll(() => isHeld, { interval: 5, timeout: 30_000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stepsWhileHeld).toEqual([]);
    release();
    await running;
    // Once a photo that is read and at least once a batch.
    expect(turns).toBeGreaterThan(2 * 10 + 2 * 8 * 2);
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const onProgress = ({ stage }: ProtectionTestProgress): void => {
      if (stage === 'copies') abort.abort();
    };
    const hooks = { onProgress, signal: abort.signal };
    await expect(testProtection(runtime, { albums: albums(), seed: 1 }, hooks, plan)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
