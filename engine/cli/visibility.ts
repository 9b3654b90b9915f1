import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { RUNTIME_CHOICES, type RuntimeChoice } from '../auto/index.ts';
import { toFailure, UserError, type Failure } from '../errors.ts';
import { assertLessonsSuffice, checkedAlbums, evaluateAlbums, STRANGER, type TableContext } from '../evaluate/index.ts';
import { makeFolders, replaceFile } from '../files/index.ts';
import { closePhotoLibrary } from '../photo/index.ts';
import { openEngine, openRuntime, type Engine } from '../protect/index.ts';
import { MASKING } from '../sem/index.ts';
import {
  chooseFromAll,
  drawCurve,
  measurePhoto,
  photosTable,
  referencesInWords,
  resultOf,
  settingName,
  settingsTable,
  visibilityReport,
  writeContactSheet,
  type CurveReferences,
  type PhotoPair,
  type PhotoVisibility,
  type SettingResult,
  type VisibilityOutcome,
  type VisibilitySetting,
} from '../visibility/index.ts';
import { assertApart } from './apart.ts';
import { generatorFolder } from './assets.ts';
import { assertWorkApart } from './evaluate.ts';
import { existingFolder, makeFolder, photosBelow } from './folders.ts';
import { collect, parseStrength, share, wholeNumber } from './options.ts';
import { planOutputs, type PlannedPhoto } from './outputNames.ts';
import { abortOnInterrupt, EXIT, progressLine, runCommand, say } from './output.ts';
import { addToFile, contextOf } from './record.ts';
import { commandLineRuntimes, planFor } from './runtimes.ts';

interface Options {
  strength?: number[];
  mask?: number[];
  seed: number;
  generator?: string;
  out?: string;
  perKind: number;
  tile: number;
  albums?: string;
  perAlbum?: number;
  seeds: number;
  epochs?: number;
  size: number;
  chart?: string;
  runtime: RuntimeChoice;
  threads?: number;
  work?: string;
  table?: string;
  json?: true;
}

/** `visibility`: how far protected copies are from their originals to the eye, and what that buys. */
export function visibilityCommand(): Command {
  return new Command('visibility')
    .description('measure how visible the protection of photos is, at several settings, and show it on contact sheets')
    .argument('<folder>', 'photos, searched recursively; a screenful of different kinds says most')
    .addOption(
      new Option('--strength <strength>', 'as of protect; may be repeated (default: standard)').argParser(
        collect(parseStrength),
      ),
    )
    .addOption(
      new Option(
        '--mask <floor>',
        `share of the strength that flat areas keep, 0 to 1, or off; may be repeated (default: ${MASKING.floor})`,
      ).argParser(collect(parseFloor)),
    )
    .option('--seed <n>', 'seed of the protection', wholeNumber(0, 0xffff_ffff), 1)
    .option('--generator <folder>', 'another generator than the one that comes along')
    .option('--out <folder>', 'keep the copies there, with a contact sheet for each setting')
    .option('--per-kind <n>', 'crops of each kind on a contact sheet', wholeNumber(1, 100), 2)
    .option('--tile <pixels>', 'width of the pictures on a contact sheet', wholeNumber(32, 1024), 256)
    .option('--albums <folder>', 'also protect these albums at each setting and train a stranger, as evaluate does')
    .option('--per-album <n>', 'use at most this many photos of each album', wholeNumber(1, 1_000_000))
    .option('--seeds <n>', "the stranger's trainings at each setting", wholeNumber(1, 100), 1)
    .option('--epochs <n>', 'how often it learns from each photo; by default as evaluate', wholeNumber(1, 10_000))
    .option('--size <pixels>', 'side of the pictures that it sees', wholeNumber(16, 256), STRANGER.network.inputSize)
    .option('--chart <file>', "draw the stranger's accuracy over PSNR and ΔE00 to this SVG file")
    .addOption(new Option('--runtime <runtime>', 'what computes').choices(RUNTIME_CHOICES).default('auto'))
    .option('--threads <n>', 'threads of the computation', wholeNumber(1, 256))
    .option(
      '--work <folder>',
      'keep copies and finished trainings here; a second start goes on where the first one was',
    )
    .option('--table <file>', 'also add the table, with the command, date and machine, to this Markdown file')
    .option('--json', 'the result as JSON on standard output')
    .action((folder: string, options: Options) => runCommand(options.json === true, () => visibility(folder, options)));
}

/** `off` or a number in [0, 1] as the masking floor. */
const parseFloor = (text: string): number => (text === 'off' ? 1 : share(text, ', or off'));

async function visibility(folder: string, options: Options): Promise<number> {
  await assertFoldersApart(resolve(folder), options);
  const albums = await strangersAlbums(options);
  const signal = abortOnInterrupt();
  const context = contextOf();
  const source = await existingFolder(resolve(folder));
  const failures: Failure[] = [];
  const photos = await photosBelow(source, failures);
  const copies = options.out === undefined ? await mkdtemp(join(tmpdir(), 'stillgrain-visibility-')) : null;
  const out = copies ?? resolve(options.out ?? '');
  if (copies === null) await makeFolder(out);
  const generator = options.generator === undefined ? generatorFolder() : resolve(options.generator);
  const threads = options.threads ?? null;
  const runtimes = await planFor(options.runtime, commandLineRuntimes(generator), threads);
  const engine = await openEngine({ generatorFolder: generator, runtimes, threads });
  try {
    assertLessonsSuffice(resolve(options.albums ?? ''), albums, engine.generator.classes);
    const results = await measureAll(engine, source, photos, out, options, signal, failures);
    const references =
      options.albums === undefined ? null : await trainStrangers(engine, results, options, signal, failures);
    const outcome = { results, references, failures, generator: engine.generator };
    report(outcome, context, options);
    const written =
      options.table === undefined || (await addToFile(resolve(options.table), visibilityReport(outcome, context)));
    if (options.chart !== undefined && references !== null) {
      await replaceFile(resolve(options.chart), drawCurve(pointsOf(results), references));
    }
    return written && failures.length === 0 ? EXIT.done : EXIT.someFailed;
  } catch (thrown) {
    if (signal.aborted && toFailure(thrown).code === 'cancelled') return EXIT.interrupted;
    throw thrown;
  } finally {
    if (engine.runtime.notice !== null) say(engine.runtime.notice);
    await engine.close();
    await closePhotoLibrary();
    if (copies !== null) await rm(copies, { recursive: true, force: true });
  }
}

function settingsOf({ strength, mask }: Options): VisibilitySetting[] {
  const floors = [...new Set(mask ?? [MASKING.floor])];
  return [...new Set(strength ?? [8])].flatMap((rhoU) =>
    floors.map((floor) => ({ rhoU, masking: { ...MASKING, floor } })),
  );
}

/** What a setting's copies and its contact sheet are called. */
const fileNameOf = ({ rhoU, masking }: VisibilitySetting): string =>
  `strength-${rhoU}-${masking.floor === 1 ? 'no-mask' : `floor-${masking.floor}`}`;

async function measureAll(
  engine: Engine,
  source: string,
  photos: readonly string[],
  out: string,
  options: Options,
  signal: AbortSignal,
  failures: Failure[],
): Promise<SettingResult[]> {
  const settings = settingsOf(options);
  const line = progressLine(Math.max(1, settings.length * photos.length), 'Measuring');
  const results: SettingResult[] = [];
  const unreadable = new Set<string>();
  let done = 0;
  for (const setting of settings) {
    const folder = join(out, fileNameOf(setting));
    const { planned } = await planOutputs(source, folder, photos, 'png', true);
    const measured: ({ name: string } & PhotoVisibility)[] = [];
    const pairs: PhotoPair[] = [];
    for (const [i, photo] of planned.entries()) {
      done++;
      if (unreadable.has(photo.source)) continue;
      const name = relative(folder, photo.stem);
      try {
        const { copy, visibility: figures } = await measureOne(engine, photo, setting, i, options.seed, signal);
        measured.push({ name, ...figures });
        pairs.push({ name, original: photo.source, copy });
      } catch (thrown) {
        const failure = toFailure(thrown, photo.source);
        if (failure.code === 'cancelled' || failure.code === 'disk-full' || failure.code === 'read-only') throw thrown;
        failures.push(failure);
        unreadable.add(photo.source);
      }
      line.update(done, `${settingName(setting)}: ${name}`);
    }
    results.push(resultOf(setting, measured));
    if (options.out !== undefined && pairs.length > 0) {
      const chosen = await chooseFromAll(
        pairs.map(({ original }) => original),
        options,
      );
      await writeContactSheet(`${folder}.png`, `Stillgrain, ${settingName(setting)}`, pairs, chosen, options);
    }
  }
  line.stop();
  return results;
}

/** Each photo gets another target class, so that the figures are of all of them. */
async function measureOne(
  engine: Engine,
  { source, stem }: PlannedPhoto,
  setting: VisibilitySetting,
  index: number,
  seed: number,
  signal: AbortSignal,
): ReturnType<typeof measurePhoto> {
  await makeFolders(dirname(stem));
  return measurePhoto(engine, source, setting, index % engine.generator.classes, seed, stem, signal);
}

/** The part of an evaluation that is the same at each setting. */
const strangersTask = ({ albums, perAlbum, epochs, size }: Options) => ({
  folder: resolve(albums ?? ''),
  perAlbum: perAlbum ?? null,
  architectures: [],
  stranger: { ...STRANGER, epochs: epochs ?? null, network: { ...STRANGER.network, inputSize: size } },
});

/** What lies among the photos or the albums is taken for some of them the next time. */
async function assertFoldersApart(photos: string, { albums, out, work }: Options): Promise<void> {
  if (out !== undefined) {
    await assertApart(resolve(out), photos, 'The copies would be written among the photos.', '--out');
    if (albums !== undefined) {
      await assertApart(resolve(out), resolve(albums), 'The copies would be written among the albums.', '--out');
    }
  }
  if (work === undefined || albums === undefined) return;
  await assertWorkApart(work, resolve(albums));
  const problem = 'The folder to work in and the photos lie one in the other: what is kept would be measured too.';
  await assertApart(resolve(work), photos, problem, '--work');
}

/** How many albums the strangers learn. @throws UserError what else would be found out after everything has been measured */
async function strangersAlbums(options: Options): Promise<number> {
  if (options.albums !== undefined) return (await checkedAlbums(strangersTask(options), [])).folders.length;
  if (options.chart === undefined) return 0;
  throw new UserError('bad-setting', 'The chart needs a stranger.', 'Name a folder of albums with --albums.');
}

/** Trains a stranger at each setting and writes its accuracy into the results. */
async function trainStrangers(
  engine: Engine,
  results: SettingResult[],
  options: Options,
  signal: AbortSignal,
  failures: Failure[],
): Promise<CurveReferences> {
  const runtime = await openRuntime(options.runtime === 'auto' ? 'onnx/cpu' : options.runtime, 1);
  const references: CurveReferences = { originals: null, chance: 0 };
  try {
    for (const [i, result] of results.entries()) {
      const { rhoU, masking } = result;
      const line = progressLine(100, `Stranger ${i + 1} of ${results.length} (${settingName(result)})`);
      const { rows, chance, skipped } = await evaluateAlbums(
        runtime,
        {
          ...strangersTask(options),
          protection: { copies: 'made', engine, rhoU, masking, seed: options.seed },
          originals: i === 0,
          uploads: [],
          countermeasures: [],
          shares: [],
          references: false,
          seeds: Array.from({ length: options.seeds }, (_, n) => n + 1),
          atOnce: options.threads ?? availableParallelism(),
          work: options.work === undefined ? null : resolve(options.work),
        },
        {
          signal,
          onProgress: ({ stage, done, total, what }) => {
            if (stage === 'training') line.update((100 * done) / total, what);
          },
        },
      );
      line.stop();
      // The same photos at every setting: told once.
      const known = new Set(failures.map(({ file }) => file));
      failures.push(...skipped.filter(({ file }) => !known.has(file)));
      references.chance = chance;
      for (const { pictures, mean } of rows) {
        if (pictures === 'originals') references.originals = mean;
        else result.stranger = mean;
      }
    }
  } finally {
    await runtime.close();
  }
  return references;
}

const pointsOf = (results: readonly SettingResult[]): Parameters<typeof drawCurve>[0] =>
  results.flatMap(({ rhoU, masking, mean, stranger }) =>
    mean === null || mean.psnr === null || stranger === null
      ? []
      : [{ rhoU, masking, psnr: mean.psnr, meanDeltaE: mean.meanDeltaE, stranger }],
  );

function report(outcome: VisibilityOutcome, context: TableContext, options: Options): void {
  const { results, references, failures, generator } = outcome;
  if (options.json) {
    const { name, sha256 } = generator;
    const answer = { ...context, generator: { name, sha256 }, settings: results, references, failures };
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  for (const { problem, remedy } of failures) say(`${problem} ${remedy}`);
  for (const result of results) process.stdout.write(`${settingName(result)}\n${photosTable(result)}\n\n`);
  process.stdout.write(`${settingsTable(results)}\n`);
  if (references) say(referencesInWords(references));
}
