import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { RUNTIME_CHOICES, type RuntimeChoice } from '../auto/index.ts';
import { toFailure, type ErrorCode, type Failure } from '../errors.ts';
import { assertUnchanged, hashFile, makeFolders, stampOf, sweepTemporaryFiles } from '../files/index.ts';
import { closePhotoLibrary, type RenderedCopy, type RenderOptions } from '../photo/index.ts';
import { openEngine, seedFor, type Engine, type Protection } from '../protect/index.ts';
import { assertApart, realPathOf } from './apart.ts';
import { generatorFolder } from './assets.ts';
import { existingFolder, makeFolder, photosBelow } from './folders.ts';
import { planOutputs, type PlannedPhoto } from './outputNames.ts';
import { parseStrength, wholeNumber } from './options.ts';
import { abortOnInterrupt, EXIT, progressLine, runCommand, say } from './output.ts';
import { commandLineRuntimes, planFor, rememberDropped } from './runtimes.ts';

interface Options {
  out: string;
  strength: number;
  albumClass?: number;
  seed: number;
  runtime: RuntimeChoice;
  threads?: number;
  generator?: string;
  format: RenderOptions['format'];
  quality: number;
  longEdge?: number;
  keepMetadata?: true;
  stripGps?: true;
  stripMetadata?: true;
  saveNoise?: string;
  overwrite?: true;
  json?: true;
}

/** `protect`: every photo below a folder to protected copies in another; the app's work without a screen. */
export function protectCommand(): Command {
  return new Command('protect')
    .description('write protected copies of all photos below a folder; the originals are only read')
    .argument('<folder>', 'the album: photos, searched recursively')
    .requiredOption('--out <folder>', 'where the protected copies go; made when it is not there')
    .option('--strength <strength>', 'subtle (4/255), standard (8/255), strong (16/255) or <n>/255', parseStrength, 8)
    .option(
      '--album-class <n>',
      "the album's target class; by default chosen by the folder's name",
      wholeNumber(0, 100_000),
    )
    .option('--seed <n>', 'seed of everything random: equal seeds give equal noise', wholeNumber(0, 0xffff_ffff), 1)
    .addOption(new Option('--runtime <runtime>', 'what computes').choices(RUNTIME_CHOICES).default('auto'))
    .option('--threads <n>', 'threads of the computation', wholeNumber(1, 256))
    .option('--generator <folder>', 'another generator than the one that comes along')
    .addOption(
      new Option('--format <format>', 'format of the copies')
        .choices(['same', 'jpeg', 'png', 'webp', 'tiff', 'avif'])
        .default('same'),
    )
    .option('--quality <n>', 'of JPEG, WebP and AVIF; 100 is lossless for WebP and AVIF', wholeNumber(1, 100), 95)
    .option('--long-edge <pixels>', 'longest edge of the copies; photos are never enlarged', wholeNumber(1, 100_000))
    .addOption(
      new Option('--keep-metadata', 'keep all metadata (the default)').conflicts(['stripGps', 'stripMetadata']),
    )
    .option('--strip-gps', 'leave out the GPS position; captions, keywords and place names in XMP and IPTC stay')
    .option('--strip-metadata', 'leave out EXIF, XMP and IPTC; orientation and colour profile stay')
    .option('--save-noise <folder>', "also write each photo's noise as a PNG")
    .option('--overwrite', 'make copies again that are already there; otherwise they are passed over')
    .option('--json', 'the result as JSON on standard output')
    .action((folder: string, options: Options) => runCommand(options.json === true, () => protect(folder, options)));
}

/** No photo takes so long to be written: a temporary file this old is what a kill left. */
const LEFT_BEHIND_MS = 3_600_000;

/** One photo in the `--json` output. */
interface PhotoReport {
  source: string;
  sourceSha256: string;
  copy: RenderedCopy;
  protection: Omit<Protection, 'noise'>;
  /** SHA-256 of the noise samples: equal for equal noise. */
  noiseSha256: string;
  noiseFile: string | null;
}

async function protect(folder: string, options: Options): Promise<number> {
  const started = performance.now();
  const source = await existingFolder(resolve(folder));
  const out = resolve(options.out);
  await assertFoldersApart(source, out, options.saveNoise);
  await makeFolder(out);
  const signal = abortOnInterrupt();
  const failures: Failure[] = [];
  // A link among the photos may lead to the copies.
  const photos = await photosBelow(source, failures, [await realPathOf(out)]);
  const { planned, alreadyThere } = await planOutputs(source, out, photos, options.format, options.overwrite === true);
  for (const written of foldersOf(planned, options)) await sweepTemporaryFiles(written, Date.now() - LEFT_BEHIND_MS);
  const generator = options.generator === undefined ? generatorFolder() : resolve(options.generator);
  const threads = options.threads ?? null;
  const runtimes = commandLineRuntimes(generator);
  const engine = await openEngine({
    generatorFolder: generator,
    runtimes: await planFor(options.runtime, runtimes, threads),
    threads,
  });
  const reports: PhotoReport[] = [];
  let notBegun: number;
  try {
    const targetClass = options.albumClass ?? classByName(basename(source), engine.generator.classes);
    say(
      `Protecting ${planned.length} photos with ${engine.runtime.name} at ${options.strength}/255, album class ${targetClass}.`,
    );
    if (alreadyThere > 0) say(`${alreadyThere} copies are already there; --overwrite makes them again.`);
    notBegun = await protectAll(engine, planned, targetClass, options, signal, reports, failures);
    if (engine.runtime.notice !== null) say(engine.runtime.notice);
    // What failed while everything was being ended says nothing.
    if (!signal.aborted) await rememberDropped(runtimes, engine, threads);
  } finally {
    await engine.close();
    await closePhotoLibrary();
  }
  report(options, {
    reports,
    failures,
    alreadyThere,
    notBegun,
    interrupted: signal.aborted,
    seconds: (performance.now() - started) / 1000,
  });
  if (signal.aborted) return EXIT.interrupted;
  return failures.length > 0 ? EXIT.someFailed : EXIT.done;
}

/** Protects one photo after the other. Answers how many are left: after Ctrl-C, or when none could be written. */
async function protectAll(
  engine: Engine,
  planned: readonly PlannedPhoto[],
  targetClass: number,
  options: Options,
  signal: AbortSignal,
  reports: PhotoReport[],
  failures: Failure[],
): Promise<number> {
  const line = progressLine(Math.max(1, planned.length), 'Protecting');
  const queue = planned.values();
  let finished = 0;
  let stop = false;
  const worker = async (): Promise<void> => {
    for (const photo of queue) {
      if (signal.aborted || stop) return;
      try {
        reports.push(await protectOne(engine, photo, targetClass, options, signal));
      } catch (thrown) {
        const failure = toFailure(thrown, photo.source);
        if (failure.code === 'cancelled') return;
        failures.push(failure);
        stop ||= ENDS_ALL.has(failure.code);
      }
      line.update(++finished, basename(photo.source));
    }
  };
  await Promise.all(Array.from({ length: engine.photosAtOnce }, worker));
  line.stop();
  return planned.length - finished;
}

/** Every further photo would fail in the same way; of the ways of computing, the engine has tried all that there are. */
const ENDS_ALL: ReadonlySet<ErrorCode> = new Set(['disk-full', 'read-only', 'runtime']);

async function protectOne(
  engine: Engine,
  photo: PlannedPhoto,
  targetClass: number,
  options: Options,
  signal: AbortSignal,
): Promise<PhotoReport> {
  const { source, stem } = photo;
  const before = await stampOf(source);
  const sourceSha256 = await hashFile(source);
  await makeFolders(dirname(stem));
  const noisePath = noisePathOf(photo, options);
  if (noisePath !== null) await makeFolders(dirname(noisePath));
  const { protection, copy, noiseFile } = await engine.protect(
    {
      source,
      settings: { rhoU: options.strength, targetClass, seed: seedFor(options.seed, sourceSha256) },
      noisePath,
      copyStem: stem,
      render: {
        format: options.format,
        quality: options.quality,
        longEdge: options.longEdge ?? null,
        colour: 'keep',
        metadata: {
          exif: options.stripMetadata ? 'strip' : options.stripGps ? 'strip-gps' : 'keep',
          xmp: options.stripMetadata ? 'strip' : 'keep',
        },
      },
    },
    { signal },
  );
  await assertUnchanged(source, before).catch(async (thrown: unknown) => {
    for (const path of [copy.path, noiseFile?.path ?? copy.path]) await rm(path, { force: true });
    throw thrown;
  });
  const { noise, ...rest } = protection;
  return {
    source,
    sourceSha256,
    copy,
    protection: rest,
    noiseSha256: createHash('sha256').update(noise.samples).digest('hex'),
    noiseFile: noiseFile?.path ?? null,
  };
}

interface Outcome {
  reports: PhotoReport[];
  failures: Failure[];
  alreadyThere: number;
  notBegun: number;
  interrupted: boolean;
  seconds: number;
}

function report(options: Options, { reports, failures, alreadyThere, notBegun, interrupted, seconds }: Outcome): void {
  const psnr = reports.flatMap(({ copy }) => copy.figures.psnr ?? []);
  const ssim = reports.map(({ copy }) => copy.figures.ssim);
  const summary = {
    done: reports.length,
    failed: failures.length,
    alreadyThere,
    notBegun,
    interrupted,
    seconds,
    rhoU: options.strength,
    maxAbs: Math.max(0, ...reports.map(({ copy }) => copy.figures.maxAbs)),
    meanPsnr: mean(psnr),
    meanSsim: mean(ssim),
  };
  if (options.json) {
    reports.sort((a, b) => a.source.localeCompare(b.source));
    process.stdout.write(`${JSON.stringify({ summary, photos: reports, failures }, null, 2)}\n`);
    return;
  }
  for (const { problem, remedy } of failures) say(`${problem} ${remedy}`);
  const figures =
    summary.meanPsnr === null || summary.meanSsim === null
      ? ''
      : ` Mean PSNR ${summary.meanPsnr.toFixed(1)} dB, mean SSIM ${summary.meanSsim.toFixed(3)}, largest change ${summary.maxAbs}/255.`;
  const left = notBegun === 0 ? '' : `, ${notBegun} not begun`;
  say(`${summary.done} protected, ${summary.failed} failed${left}, in ${seconds.toFixed(1)} s.${figures}`);
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;

/** Without a catalog an album is known by its folder's name: the same name, the same class. */
function classByName(name: string, classes: number): number {
  return createHash('sha256').update(name.normalize('NFC')).digest().readUInt32BE(0) % classes;
}

/** Copies or noise among the originals would be protected the next time, and could take an original's name. */
async function assertFoldersApart(source: string, out: string, saveNoise: string | undefined): Promise<void> {
  await assertApart(out, source, 'The copies would be written among the originals.', '--out');
  if (saveNoise === undefined) return;
  const noise = resolve(saveNoise);
  await assertApart(noise, source, 'The noise would be written among the originals.', '--save-noise');
  await assertApart(noise, out, 'The noise would be written among the copies.', '--save-noise');
}

/** Where the copies and the noise go. */
function foldersOf(planned: readonly PlannedPhoto[], options: Options): Set<string> {
  const written = planned.flatMap((photo) => [photo.stem, noisePathOf(photo, options) ?? photo.stem]);
  return new Set(written.map((path) => dirname(path)));
}

/** Null where the noise is not kept. */
function noisePathOf({ noiseStem }: PlannedPhoto, { saveNoise }: Options): string | null {
  return saveNoise === undefined ? null : `${join(resolve(saveNoise), noiseStem)}.png`;
}
