/** `npm run benchmark:catalog`: what the catalog does for one photo, in albums of 100 to 100,000. */
import { Command } from 'commander';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog, type Catalog } from '../../electron/catalog/index.ts';
import { reportSections } from '../../engine/cli/benchmarkReport.ts';
import { collect, wholeNumber } from '../../engine/cli/options.ts';
import { runCommand, say } from '../../engine/cli/output.ts';
import { Random } from '../../engine/random/index.ts';
import { finishPhotos, importAlbum, makeJob, QUERIES } from './albumLife.ts';
import { catalogSection } from './growth.ts';

/** Small albums are made several times in a round, up to about so many photos, so that their times are not noise. */
const PHOTOS_A_ROUND = 5000;
/** Of larger albums no more photos are taken to done: the measurement has to end. */
const FINISHED = 20_000;
/**
 * A query is asked for so many photos, one of it or as many as it answers with: for so long that its time is not that of
 * whatever the process had to do after the photos before. The first ones are not counted: they warm the caches.
 */
const ASKED = 50_000;
const WARMING = 5_000;
/** An album is read so often at least, and at most. */
const LISTS = { least: 3, most: 200 } as const;

interface Options {
  size?: number[];
  rounds: number;
  json?: true;
  table?: string;
}

type Add = (name: string, milliseconds: number, photos: number) => void;

/** One album from nothing to done, in a catalog of its own. */
function live(size: number, random: Random, add: Add): void {
  const folder = mkdtempSync(join(tmpdir(), 'stillgrain-benchmark-'));
  const { catalog } = openCatalog(folder);
  try {
    const timed = <T>(name: string, photos: number, work: () => T): T => {
      const started = performance.now();
      const answer = work();
      add(name, performance.now() - started, photos);
      return answer;
    };
    const albumId = timed('import of a photo', size, () => importAlbum(catalog, size));
    const jobId = timed('a photo’s share of making a job', size, () => makeJob(catalog, albumId));
    const finished = Math.min(size, FINISHED);
    timed('taking a photo from waiting to done', finished, () => finishPhotos(catalog, finished));
    for (const [name, { kind, ask }] of Object.entries(QUERIES)) {
      const answered = kind === 'each' ? 1 : size;
      const times = kind === 'each' ? ASKED : Math.max(LISTS.least, Math.min(LISTS.most, Math.ceil(ASKED / size)));
      const label = kind === 'each' ? `window: ${name}` : `window: ${name}, for each`;
      askOften(catalog, Math.ceil(WARMING / answered), ask, { albumId, jobId, size }, random);
      timed(label, times * answered, () => askOften(catalog, times, ask, { albumId, jobId, size }, random));
    }
  } finally {
    catalog.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function askOften(
  catalog: Catalog,
  times: number,
  ask: (typeof QUERIES)[string]['ask'],
  { albumId, jobId, size }: { albumId: number; jobId: number; size: number },
  random: Random,
): void {
  for (let n = 0; n < times; n++) ask(catalog, { albumId, jobId, photoId: 1 + random.below(size) });
}

async function benchmark({
  size: sizes = [100, 1000, 10_000, 100_000],
  rounds,
  json,
  table,
}: Options): Promise<number> {
  const operations: Record<string, Record<number, number[]>> = {};
  const random = new Random(1);
  live(Math.min(...sizes, 1000), random, () => undefined); // Not counted: the first time everything is compiled.
  for (let round = 0; round < rounds; round++) {
    // Every second round the other way, so that what the machine does meanwhile favours no size.
    for (const size of round % 2 === 0 ? sizes : sizes.toReversed()) {
      const started = performance.now();
      const sums = new Map<string, { milliseconds: number; photos: number }>();
      for (let made = 0; made < Math.min(5, Math.max(1, PHOTOS_A_ROUND / size)); made++) {
        live(size, random, (name, milliseconds, photos) => {
          const sum = sums.get(name) ?? { milliseconds: 0, photos: 0 };
          sums.set(name, { milliseconds: sum.milliseconds + milliseconds, photos: sum.photos + photos });
        });
      }
      for (const [name, { milliseconds, photos }] of sums) {
        const bySize = (operations[name] ??= {});
        (bySize[size] ??= []).push((1000 * milliseconds) / photos);
      }
      say(`Round ${round + 1} of ${rounds}: ${size} photos, ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
  }
  const words = ['benchmark:catalog', ...process.argv.slice(2)];
  return reportSections([catalogSection(operations, { rounds, finished: FINISHED })], { json, table, words });
}

await new Command('benchmark:catalog')
  .description('time what the catalog does for one photo, and how it grows with the album')
  .option(
    '--size <photos>',
    'photos of an album; may be repeated (100, 1000, 10000, 100000)',
    collect(wholeNumber(1, 1_000_000)),
  ) // prettier-ignore
  .option('--rounds <n>', 'rounds', wholeNumber(1, 100), 5)
  .option('--json', 'as JSON')
  .option('--table <file>', 'also put the table into this Markdown file')
  .action((options: Options) => runCommand(options.json === true, () => benchmark(options)))
  .parseAsync();
