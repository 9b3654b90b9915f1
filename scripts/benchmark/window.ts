/** `npm run benchmark:window`: how soon the real window can be used, and how it scrolls, with few photos and with many. */
import { Command } from 'commander';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { inWords, ratiosOf, spreadOf, type BenchmarkSection } from '../../engine/benchmark/index.ts';
import { reportSections } from '../../engine/cli/benchmarkReport.ts';
import { wholeNumber } from '../../engine/cli/options.ts';
import { runCommand, say } from '../../engine/cli/output.ts';
import { launch } from '../../test/e2e/driver.ts';
import { frameTimes, scrolling } from './frames.ts';
import { makeLibrary } from './smallFiles.ts';

const FEW = 1000;
const SCROLL = { pixelsAFrame: 40, ms: 3000 };
/** The first start tries what computes fastest; later ones must not be timed beside that. */
const TRIALS_MS = 180_000;
const WAIT_MS = 60_000;

interface Options {
  photos: number;
  rounds: number;
  json?: true;
  table?: string;
}

interface Measured {
  startMs: number;
  frames: { median: number; slow: number } | null;
}

/** Starts the program, waits until it can be used, scrolls when there is something to scroll, and closes it. */
async function measure(userData: string, photos: number, isFirst: boolean): Promise<Measured> {
  const started = performance.now();
  const program = await launch({ userData });
  try {
    const { page } = program;
    const ready =
      photos === 0 ? page.getByRole('button', { name: 'Add a folder…' }) : page.getByRole('gridcell').first();
    await ready.waitFor({ timeout: WAIT_MS });
    // Painted, and answering.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const startMs = performance.now() - started;
    if (isFirst) await trialsDone(userData);
    if (photos === 0) return { startMs, frames: null };
    const frames = z.array(z.number()).parse(await page.evaluate(scrolling(SCROLL.pixelsAFrame, SCROLL.ms)));
    return { startMs, frames: frameTimes(frames) };
  } finally {
    await program.close();
  }
}

async function trialsDone(userData: string): Promise<void> {
  for (let waited = 0; waited < TRIALS_MS && !existsSync(join(userData, 'runtimes.json')); waited += 500) {
    await setTimeout(500);
  }
}

async function benchmark({ photos, rounds, json, table }: Options): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'stillgrain-benchmark-'));
  try {
    const sizes = [0, Math.min(FEW, photos), photos];
    const data = sizes.map((size, i) => {
      const folder = join(root, `data${i}`);
      mkdirSync(folder);
      say(`Making a library of ${size} photos`);
      if (size > 0) makeLibrary(resolve('assets/sample-album/cat.jpg'), join(root, `photos${i}`), folder, size);
      return folder;
    });
    const found: Measured[][] = sizes.map(() => []);
    for (let round = 0; round <= rounds; round++) {
      const order = sizes.map((_, i) => i);
      for (const i of round % 2 === 0 ? order : order.toReversed()) {
        const measured = await measure(data[i] ?? '', sizes[i] ?? 0, round === 0);
        say(`Round ${round} of ${rounds}: ${sizes[i] ?? 0} photos, ${measured.startMs.toFixed(0)} ms`);
        if (round > 0) found[i]?.push(measured);
      }
    }
    const words = ['benchmark:window', ...process.argv.slice(2)];
    return await reportSections([sectionOf(sizes, found, rounds)], { json, table, words });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function sectionOf(sizes: readonly number[], found: readonly Measured[][], rounds: number): BenchmarkSection {
  const starts = found.map((measured) => measured.map(({ startMs }) => startMs));
  const empty = starts[0] ?? [];
  const rows = sizes.map((photos, i) => {
    const frames = (found[i] ?? []).flatMap((measured) => measured.frames ?? []);
    return {
      photos,
      startMs: spreadOf(starts[i] ?? []),
      againstEmpty: spreadOf(ratiosOf(starts[i] ?? [], empty)),
      frameMs: frames.length === 0 ? null : spreadOf(frames.map(({ median }) => median)),
      slowFrameMs: frames.length === 0 ? null : spreadOf(frames.map(({ slow }) => slow)),
    };
  });
  return {
    id: 'window',
    title: 'The album at scale: the window',
    columns: ['photos', 'ms from start until it can be used', 'against an empty catalog', 'ms a frame while scrolling', '95 % of frames within, ms'], // prettier-ignore
    rows: rows.map(({ photos, startMs, againstEmpty, frameMs, slowFrameMs }) => [
      photos.toLocaleString('en-GB'),
      inWords(startMs, 0),
      `${inWords(againstEmpty)} ×`,
      frameMs === null ? '–' : inWords(frameMs, 1),
      slowFrameMs === null ? '–' : inWords(slowFrameMs, 1),
    ]),
    notes: [
      `The real program, ${rounds} rounds after one that is not counted; it can be used when the first photos, or the button that adds some, have been painted`,
      `Photos are links to a few small files; scrolled by ${SCROLL.pixelsAFrame} pixels a frame for ${SCROLL.ms / 1000} s, thumbnails being made meanwhile`,
    ],
    figures: { rounds, rows },
  };
}

await new Command('benchmark:window')
  .description('time the start of the real window, and its frames while scrolling')
  .option('--photos <n>', 'photos of the largest library', wholeNumber(1, 1_000_000), 100_000)
  .option('--rounds <n>', 'rounds', wholeNumber(1, 100), 5)
  .option('--json', 'as JSON')
  .option('--table <file>', 'also put the table into this Markdown file')
  .action((options: Options) => runCommand(options.json === true, () => benchmark(options)))
  .parseAsync();
