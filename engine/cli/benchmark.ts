import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { RUNTIME_CHOICES, type RuntimeChoice } from '../auto/index.ts';
import type { BenchmarkSection } from '../benchmark/index.ts';
import { Peer } from '../benchmark/peer.ts';
import { photoNoiseOf } from '../benchmark/photoNoise.ts';
import {
  batchSection,
  gradientSection,
  jobSection,
  officialSection,
  peakSection,
  photoSection,
  stepsSection,
  type SectionSetting,
} from '../benchmark/sections/index.ts';
import { drawSteps } from '../benchmark/steps/chart.ts';
import { STEP_VARIANTS } from '../benchmark/steps/variants.ts';
import { UserError } from '../errors.ts';
import { replaceFile } from '../files/index.ts';
import { closePhotoLibrary, readCanvas } from '../photo/index.ts';
import { CANVAS_SIZE, loadGenerator } from '../protect/index.ts';
import { generatorFolder, installedFolder } from './assets.ts';
import { canvasesBelow } from './benchmarkPhotos.ts';
import { reportSections } from './benchmarkReport.ts';
import { collect, parseStrength, wholeNumber } from './options.ts';
import { runCommand, say } from './output.ts';
import { commandLineRuntimes, planFor } from './runtimes.ts';

const SECTIONS = ['photo', 'gradient', 'official', 'peak', 'batch', 'job', 'steps'] as const;
type SectionName = (typeof SECTIONS)[number];

interface Options {
  section?: SectionName[];
  rounds: number;
  seconds: number;
  threads?: number;
  runtime: RuntimeChoice;
  generator?: string;
  strength: number;
  python?: string;
  official?: string;
  batch?: number[];
  megapixels?: number[];
  photos?: string;
  problems: number;
  chart?: string;
  json?: true;
  table?: string;
}

/** Threads that still wait for work by spinning have ended it by then. */
const PAUSE_MS = 250;

/** Views for the strength of each noise in section steps. */
const FRESH_VIEWS = 48;

/** `benchmark`: how fast the engine is, against others and against itself. */
export function benchmarkCommand(): Command {
  return new Command('benchmark')
    .description(
      'measure how fast photos are protected, against PyTorch, the official implementation and this machine, and what fewer steps cost',
    )
    .argument('[photo]', 'a photo: its protection is timed in parts, and nothing else unless it is asked for')
    .addOption(
      new Option(
        '--section <name>',
        `what is measured, may be repeated: ${SECTIONS.join(', ')} (all but photo)`,
      ).argParser(collect(sectionName)),
    )
    .option('--rounds <n>', 'rounds in which the contenders take turns', wholeNumber(1, 1000), 5)
    .option('--seconds <n>', 'length of a turn of something short', Number, 1)
    .option('--threads <n>', 'most threads of the computation; all of the machine unless told', wholeNumber(1, 256))
    .addOption(
      new Option('--runtime <runtime>', 'what computes in sections photo, batch and job')
        .choices(RUNTIME_CHOICES)
        .default('auto'),
    )
    .option('--generator <folder>', 'another generator than the one that comes along')
    .option('--strength <strength>', 'of sections photo and steps, as of protect', parseStrength, 8)
    .option('--python <path>', 'a Python with PyTorch and NumPy, for sections gradient and official')
    .option('--official <folder>', 'a checkout of the paper’s official implementation, for section official')
    .option('--batch <n>', 'pictures in its batch, may be repeated (1, 32)', collect(wholeNumber(1, 4096)))
    .option(
      '--megapixels <n>',
      'sizes for section job, may be repeated (2, 12, 24, 50, 100)',
      collect(wholeNumber(1, 500)),
    ) // prettier-ignore
    .option('--photos <folder>', 'photos for section steps; the sample album unless told')
    .option('--problems <n>', 'pairs of a photo and a class for section steps', wholeNumber(1, 10_000), 24)
    .option('--chart <file>', 'draw strength over seconds of section steps to this SVG file')
    .option('--json', 'as JSON')
    .option('--table <file>', 'also put the tables into this Markdown file, in place of older ones')
    .action((photo: string | undefined, options: Options) =>
      runCommand(options.json === true, async () => {
        try {
          return await benchmark(photo === undefined ? null : resolve(photo), options);
        } finally {
          await closePhotoLibrary();
        }
      }),
    );
}

function sectionName(text: string): SectionName {
  const found = SECTIONS.find((name) => name === text);
  if (found === undefined)
    throw new UserError('bad-setting', `There is no section ${text}.`, `Use ${SECTIONS.join(', ')}.`);
  return found;
}

async function benchmark(photo: string | null, options: Options): Promise<number> {
  const { chart } = options;
  const wanted = options.section ?? (photo === null ? SECTIONS.filter((name) => name !== 'photo') : ['photo' as const]);
  if (chart !== undefined && !wanted.includes('steps')) {
    throw new UserError('bad-setting', 'The chart is of section steps.', 'Add --section steps.');
  }
  const folder = options.generator === undefined ? generatorFolder() : resolve(options.generator);
  const generator = await loadGenerator(folder);
  const album = installedFolder('assets', 'sample-album');
  const sample = join(album, 'cat.jpg');
  const canvas = await readCanvas(photo ?? sample, CANVAS_SIZE);
  const threads = options.threads ?? availableParallelism();
  const chosen = wanted.some((name) => name === 'photo' || name === 'job' || name === 'batch');
  const settingOf = (name: SectionName): SectionSetting => ({
    generatorFolder: folder,
    rounds: options.rounds,
    seconds: options.seconds,
    pauseMs: PAUSE_MS,
    threads,
    python: options.python ?? null,
    pythonScripts: installedFolder('scripts', 'benchmark'),
    official: options.official === undefined ? null : resolve(options.official),
    runtimes: plan,
    onTurn: (what, round) => say(`${name}: round ${round + 1}, ${what}`),
  });
  const plan = chosen ? await planFor(options.runtime, commandLineRuntimes(folder), threads) : [];

  let drawing = '';
  const measure = async (name: SectionName): Promise<BenchmarkSection> => {
    const setting = settingOf(name);
    switch (name) {
      case 'photo':
        if (photo === null) throw new UserError('bad-setting', 'No photo was named.', 'Name one after the options.');
        return photoSection(photo, options.strength, setting);
      case 'gradient':
        return gradientSection(await photoNoiseOf(generator, canvas), setting);
      case 'official':
        return officialSection(generator, canvas, setting, options.batch ?? [1, 32]);
      case 'peak':
        return peakSection(generator, await photoNoiseOf(generator, canvas), setting);
      case 'batch':
        return batchSection(generator, canvas, setting);
      case 'job':
        return jobSection({
          ...setting,
          photo: sample,
          megapixels: options.megapixels ?? [2, 12, 24, 50, 100],
          startHost: (what) => new Peer(process.execPath, [jobHostFile()], what),
        });
      case 'steps': {
        const { strength: rhoU, problems } = options;
        const canvases = await canvasesBelow(options.photos === undefined ? album : resolve(options.photos), problems);
        const compared = { variants: STEP_VARIANTS, freshViews: FRESH_VIEWS };
        const section = await stepsSection(generator, canvases, { ...setting, ...compared, rhoU, problems });
        drawing = drawSteps(section);
        return section;
      }
    }
  };

  const sections: BenchmarkSection[] = [];
  for (const name of wanted) sections.push(await measure(name));
  const code = await reportSections(sections, options);
  // Last: what was measured is shown, even if the file cannot be written.
  if (chart !== undefined) await replaceFile(resolve(chart), drawing);
  return code;
}

/** The process of a whole job lies beside the bundle that this code is in. */
function jobHostFile(): string {
  return fileURLToPath(new URL('./cliBenchmarkHost.js', import.meta.url));
}
