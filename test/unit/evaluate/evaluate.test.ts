import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  conditionName,
  evaluateAlbums,
  STRANGER,
  type EvaluationProgress,
  type EvaluationRequest,
} from '../../../engine/evaluate/index.ts';
import { closePhotoLibrary } from '../../../engine/photo/index.ts';
import { openEngine, type Engine, type ProtectRequest } from '../../../engine/protect/index.ts';
import { openOnnxRuntime, type Runtime } from '../../../engine/runtime/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeSmallGenerator } from '../../fixtures/generator.ts';
import { writeCrops, writeFlat } from './albumFixture.ts';

const folder = temporaryFolder();
const albums = join(folder, 'albums');
const COUNT = 15;
const TRAINING = 12;

const stranger: EvaluationRequest['stranger'] = {
  ...STRANGER,
  network: { inputSize: 16, widths: [8, 12], blocks: 1 },
  epochs: 30,
  batch: 8,
};
const request: EvaluationRequest = {
  folder: albums,
  protection: null,
  uploads: [],
  countermeasures: [],
  architectures: [],
  shares: [],
  references: false,
  seeds: [1],
  perAlbum: null,
  stranger,
  atOnce: 2,
  work: null,
};

let runtime: Runtime;
beforeAll(async () => {
  runtime = openOnnxRuntime({ threads: 1 });
  await writeCrops(join(albums, 'night'), 'galaxies', COUNT);
  await writeCrops(join(albums, 'water'), 'river-otter', COUNT);
  await writeCrops(join(albums, 'cup'), 'coffee-cup', COUNT);
});
afterAll(async () => {
  await runtime.close();
  await closePhotoLibrary();
});

const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The real engine, with every request written down. */
async function watchedEngine(): Promise<{ engine: Engine; requests: ProtectRequest[] }> {
  const generator = join(folder, 'generator');
  mkdirSync(generator, { recursive: true });
  await writeSmallGenerator(generator);
  const engine = await openEngine({
    generatorFolder: generator,
    runtimes: [{ id: 'onnx/cpu', seconds: null }],
    threads: 1,
  });
  const requests: ProtectRequest[] = [];
  const protect: Engine['protect'] = (each, hooks) => {
    requests.push(each);
    return engine.protect(each, hooks);
  };
  return { engine: { ...engine, protect }, requests };
}

describe('with copies that it makes', () => {
  it('protects training photos only, each album with a class of its own, and cleans up', async () => {
    const { engine, requests } = await watchedEngine();
    const before = readdirSync(albums, { recursive: true }).map((name) => statSync(join(albums, String(name))).mtimeMs);
    const result = await evaluateAlbums(runtime, {
      ...request,
      protection: { copies: 'made', engine, rhoU: 8, seed: 1 },
      uploads: ['grey', 'none', 'grey'],
      countermeasures: ['mixup', 'adversarial-4'],
      shares: [50],
      references: true,
      stranger: { ...stranger, epochs: 1 },
    });
    await engine.close();

    // The split, computed here once more: a fifth of each album by content hash is held out.
    const heldOut = ['cup', 'night', 'water'].flatMap((name) => {
      const photos = readdirSync(join(albums, name)).map((photo) => join(albums, name, photo));
      return photos.toSorted((a, b) => (sha256Of(a) < sha256Of(b) ? -1 : 1)).slice(0, COUNT - TRAINING);
    });
    const sources = requests.map(({ source }) => source);
    expect(new Set(sources).size).toBe(3 * TRAINING);
    expect(sources.filter((source) => heldOut.includes(source))).toEqual([]);

    const classes = new Map<string, Set<number>>();
    for (const { source, settings } of requests) {
      const album = basename(dirname(source));
      classes.set(album, (classes.get(album) ?? new Set()).add(settings.targetClass));
    }
    expect([...classes.values()].map((used) => used.size)).toEqual([1, 1, 1]);
    expect(new Set([...classes.values()].flatMap((used) => [...used])).size).toBe(3);

    expect(result.albums).toEqual(['cup', 'night', 'water'].map((name) => ({ name, training: 12, heldOut: 3 })));
    expect(result.rows.map(conditionName)).toEqual([
      'originals',
      'protected',
      'originals, grey',
      'protected, grey',
      'originals, mixup',
      'protected, mixup',
      'originals, adversarial-4',
      'protected, adversarial-4',
      'protected, 50 % of each album',
    ]);
    // Each row was trained in its own way: no two have the same curve.
    const losses = result.rows.map(({ runs }) => runs[0]?.curve[0]?.loss);
    expect(new Set(losses).size).toBe(losses.length);
    expect(result.protection).toMatchObject({ copies: 'made', rhoU: 8, generator: { name: 'small test generator' } });
    expect(result.protection?.psnr).toBeGreaterThan(30);
    expect(readdirSync(tmpdir())).not.toContain(basename(dirname(requests[0]?.copyStem ?? '')));
    const after = readdirSync(albums, { recursive: true }).map((name) => statSync(join(albums, String(name))).mtimeMs);
    expect(after).toEqual(before);
  });
});

describe('with copies that are given', () => {
  it('shows that a model learns from originals and not from copies with an easier lesson', async () => {
    const copies = join(folder, 'flat');
    const colours = { night: [200, 40, 40], water: [40, 200, 40], cup: [40, 40, 200] } as const;
    for (const [name, colour] of Object.entries(colours)) {
      for (const photo of readdirSync(join(albums, name)))
        await writeFlat(join(copies, name, photo.replace('.jpg', '.png')), colour);
    }
    const seen: EvaluationProgress[] = [];
    const evaluation: EvaluationRequest = {
      ...request,
      protection: { copies: 'given', folder: copies },
      seeds: [1, 2],
      perAlbum: null,
    };
    const { rows, skipped, chance } = await evaluateAlbums(runtime, evaluation, { onProgress: (p) => seen.push(p) });
    const [originals, shielded] = rows;
    expect(skipped).toEqual([]);
    expect(chance).toBeCloseTo(1 / 3, 10);
    expect(originals?.mean).toBeGreaterThan(0.85);
    expect(shielded?.mean).toBeLessThan(0.7);
    // It did learn the copies: that is the point of an easier lesson.
    expect(shielded?.runs[0]?.curve.at(-1)?.trainingAccuracy).toBeGreaterThan(0.95);
    expect(originals?.runs.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(originals?.mean).toBeCloseTo(
      ((originals?.runs[0]?.accuracy ?? NaN) + (originals?.runs[1]?.accuracy ?? NaN)) / 2,
      10,
    );

    expect(new Set(seen.map(({ stage }) => stage))).toEqual(new Set(['photos', 'training']));
    const trained = seen.filter(({ stage }) => stage === 'training');
    expect(trained.at(-1)).toMatchObject({ done: 120, total: 120, secondsLeft: 0 });
    expect(trained.map(({ done }) => done)).toEqual(trained.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it('leaves a photo without a copy, a broken one and an ambiguous one out of every row, and says so', async () => {
    const root = join(folder, 'gaps');
    const paths = await writeCrops(join(root, 'originals', 'night'), 'galaxies', 20);
    await writeCrops(join(root, 'originals', 'cup'), 'coffee-cup', 20);
    for (const name of ['night', 'cup']) {
      for (const photo of readdirSync(join(root, 'originals', name)))
        await writeFlat(join(root, 'copies', name, photo), [9, 9, 9]);
    }
    const trainedOn = paths.toSorted((a, b) => (sha256Of(a) < sha256Of(b) ? -1 : 1)).slice(4);
    const [uncopied = '', broken = '', ambiguous = '', twice = ''] = trainedOn.map((path) => basename(path));
    const copies = join(root, 'copies', 'night');
    writeFileSync(join(copies, broken), 'no photo');
    writeFileSync(join(root, 'originals', 'night', ambiguous.replace('.jpg', '.png')), readFileSync(paths[0] ?? ''));
    unlinkSync(join(copies, uncopied));
    await writeFlat(join(copies, twice.replace('.jpg', '.png')), [7, 7, 7]);
    const { albums: used, skipped } = await evaluateAlbums(runtime, {
      ...request,
      folder: join(root, 'originals'),
      protection: { copies: 'given', folder: join(root, 'copies') },
      stranger: { ...stranger, epochs: 1 },
    });
    expect(skipped.map(({ file }) => basename(file ?? '')).toSorted()).toEqual(
      [uncopied, broken, ambiguous, twice].toSorted(),
    );
    expect(skipped.map(({ code }) => code).toSorted()).toEqual(['name-taken', 'name-taken', 'not-a-photo', 'vanished']);
    expect(used).toEqual([
      { name: 'cup', training: 16, heldOut: 4 },
      { name: 'night', training: 12, heldOut: 4 },
    ]);
  });

  it('says that there are no copies when there are none', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(
      evaluateAlbums(runtime, { ...request, protection: { copies: 'given', folder: empty } }),
    ).rejects.toMatchObject({ code: 'bad-setting', problem: /album cup has .* There is no protected copy of/ });
    await expect(
      evaluateAlbums(runtime, { ...request, protection: { copies: 'given', folder: join(folder, 'nowhere') } }),
    ).rejects.toMatchObject({ code: 'vanished' });
  });
});

describe('with large albums of whose copies there are none', () => {
  const root = join(folder, 'large');
  const copies = join(root, 'copies');
  const large = { ...request, folder: join(root, 'originals'), stranger: { ...stranger, epochs: 1 } };
  const given: EvaluationRequest = { ...large, protection: { copies: 'given', folder: copies } };
  beforeAll(async () => {
    await writeCrops(join(large.folder, 'cup'), 'coffee-cup', 50);
    await writeCrops(join(large.folder, 'night'), 'galaxies', 50);
    mkdirSync(copies);
  });

  // Ten photos of each are held out: enough of an album, but nothing of it to learn.
  it('says what is missing, and does not begin', async () => {
    await expect(evaluateAlbums(runtime, given)).rejects.toMatchObject({
      code: 'bad-setting',
      problem:
        /album cup has none of its 40 photos to train on left\. There is no protected copy of .* in .*copies.cup/,
      remedy: /Protect the album again, or let evaluate make the copies itself .* Or leave the album out\./,
    });
  });

  it('says it of the one album that lacks them, however few are there', async () => {
    for (const photo of readdirSync(join(large.folder, 'cup'))) await writeFlat(join(copies, 'cup', photo), [9, 9, 9]);
    await expect(evaluateAlbums(runtime, given)).rejects.toMatchObject({ problem: /album night has none of its 40/ });
    const paths = readdirSync(join(large.folder, 'night')).map((photo) => join(large.folder, 'night', photo));
    const trainedOn = paths.toSorted((a, b) => (sha256Of(a) < sha256Of(b) ? -1 : 1)).slice(10);
    for (const path of trainedOn.slice(0, 4)) await writeFlat(join(copies, 'night', basename(path)), [200, 9, 9]);
    await expect(evaluateAlbums(runtime, given)).rejects.toMatchObject({ problem: /album night has only 4 of its 40/ });
    await writeFlat(join(copies, 'night', basename(trainedOn[4] ?? '')), [200, 9, 9]);
    const { albums: used, skipped } = await evaluateAlbums(runtime, given);
    expect(used.map(({ training }) => training)).toEqual([40, 5]);
    expect(skipped).toHaveLength(35);
  });
});

describe('the originals alone', () => {
  it('give equal results with equal seeds', async () => {
    const short: EvaluationRequest = { ...request, stranger: { ...stranger, epochs: 2 } };
    const [first, again] = [await evaluateAlbums(runtime, short), await evaluateAlbums(runtime, short)];
    expect(again.rows.map(({ runs }) => runs.map(({ curve }) => curve))).toEqual(
      first.rows.map(({ runs }) => runs.map(({ curve }) => curve)),
    );
    expect(first.protection).toBeNull();
    expect(first.rows[0]?.spread).toBeNull();
  });

  it.each(['photos', 'training'] as const)('stop when they are cancelled in the stage of %s', async (stage) => {
    const controller = new AbortController();
    const hooks = {
      signal: controller.signal,
      onProgress: (progress: EvaluationProgress): void => {
        if (progress.stage === stage && progress.done >= 1) controller.abort();
      },
    };
    await expect(evaluateAlbums(runtime, request, hooks)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('refuse settings that cannot be trained', async () => {
    const wrong: Partial<EvaluationRequest['stranger']>[] = [
      { epochs: 0 },
      { batch: 1 },
      { network: { inputSize: 20, widths: [8], blocks: 1 } },
    ];
    for (const part of wrong) {
      await expect(evaluateAlbums(runtime, { ...request, stranger: { ...stranger, ...part } })).rejects.toMatchObject({
        code: 'bad-setting',
      });
    }
    // The stranger's usual network could; these halve the picture more often.
    const at40 = { ...stranger, network: { ...stranger.network, inputSize: 40 } };
    for (const architecture of ['vgg', 'densenet'] as const) {
      await expect(
        evaluateAlbums(runtime, { ...request, stranger: at40, architectures: [architecture] }),
      ).rejects.toMatchObject({
        code: 'bad-setting',
        problem: `A ${architecture} cannot look at pictures of 40 pixels.`,
      });
    }
    await expect(evaluateAlbums(runtime, { ...request, seeds: [] })).rejects.toMatchObject({ code: 'bad-setting' });
  });
});

describe('with a folder to work in', () => {
  it('goes on where it was stopped: nothing is protected or trained twice', async () => {
    const { engine, requests } = await watchedEngine();
    const work = join(folder, 'work');
    const resumable: EvaluationRequest = {
      ...request,
      protection: { copies: 'made', engine, rhoU: 8, seed: 1 },
      architectures: ['vgg'],
      uploads: ['residual'],
      stranger: { ...stranger, network: { ...stranger.network, inputSize: 32 }, epochs: 1 },
      seeds: [1, 2],
      work,
    };
    const stop = new AbortController();
    const stopped = evaluateAlbums(runtime, resumable, {
      signal: stop.signal,
      onProgress: ({ stage, done }) => {
        if (stage === 'training' && done >= 4) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const kept = readdirSync(join(work, 'trainings')).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(10);
    const copies = readdirSync(join(work, 'copies')).filter((name) => name.endsWith('.png'));
    expect(copies).toHaveLength(3 * TRAINING);
    const before = requests.length;

    const first = await evaluateAlbums(runtime, resumable);
    expect(requests).toHaveLength(before);
    expect(readdirSync(join(work, 'trainings'))).toHaveLength(10);
    expect(first.rows.map(conditionName)).toEqual([
      'originals',
      'protected',
      'protected, residual',
      'originals, vgg',
      'protected, vgg',
    ]);

    // A third start trains nothing: even the seconds are those of before.
    const again = await evaluateAlbums(runtime, resumable);
    expect(again.rows).toEqual(first.rows);
    expect([first.kept, again.kept]).toEqual([kept, 10]);
    const seconds = first.rows.flatMap(({ runs }) => runs.map((run) => run.seconds));
    expect(again.seconds).toBeCloseTo(
      seconds.reduce((sum, one) => sum + one, 0),
      10,
    );
    expect(again.protection).toEqual(first.protection);
    const fresh = await evaluateAlbums(runtime, {
      ...resumable,
      work: null,
      uploads: [],
      architectures: [],
      atOnce: 1,
    });
    expect(fresh.rows.map(({ mean }) => mean)).toEqual(first.rows.slice(0, 2).map(({ mean }) => mean));
    await engine.close();
  });

  it('does not take for one runtime’s what another trained', async () => {
    const work = join(folder, 'runtimes');
    const short: EvaluationRequest = { ...request, stranger: { ...stranger, epochs: 1 }, work };
    const keptBy = (): Set<string> => new Set(readdirSync(join(work, 'trainings')));
    await evaluateAlbums(runtime, short);
    const [ofProcessor] = keptBy();
    const card: Runtime = { ...runtime, name: 'onnx/webgpu', compile: (...what) => runtime.compile(...what) };
    expect(await evaluateAlbums(card, short)).toMatchObject({ kept: 0, runtime: 'onnx/webgpu' });
    expect(keptBy().size).toBe(2);
    expect(keptBy()).toContain(ofProcessor);
    expect(await evaluateAlbums(card, short)).toMatchObject({ kept: 1 });
    expect(await evaluateAlbums(runtime, short)).toMatchObject({ kept: 1, runtime: 'onnx/cpu' });
  });

  it('weighs a training by what it takes', async () => {
    const last = new Map<string, number>();
    await evaluateAlbums(
      runtime,
      {
        ...request,
        protection: { copies: 'given', folder: join(folder, 'flat') },
        countermeasures: ['adversarial-4'],
        stranger: { ...stranger, epochs: 2 },
        atOnce: 1,
      },
      {
        onProgress: ({ stage, done, what }) => {
          if (stage === 'training') last.set(what, done);
        },
      },
    );
    const [originals, shielded, hardened] = [...last.values()];
    expect([originals, shielded]).toEqual([2, 4]);
    // Ten gradients of the pictures for each step.
    expect((hardened ?? 0) - 4).toBeGreaterThan(2 * 6);
    expect((hardened ?? 0) - 4).toBeLessThan(2 * 11);
  });
});
