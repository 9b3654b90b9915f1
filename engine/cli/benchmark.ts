import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { closePhotoLibrary, inspectPhoto } from '../photo/index.ts';
import { openEngine } from '../protect/index.ts';
import { generatorFolder } from './assets.ts';
import { parseStrength, wholeNumber } from './options.ts';
import { EXIT, runCommand } from './output.ts';
import { commandLineRuntimes } from './runtimes.ts';

interface Options {
  runs: number;
  strength: number;
  threads?: number;
  json?: true;
}

const PARTS = ['decode', 'noise', 'render', 'encode', 'whole'] as const;
type Part = (typeof PARTS)[number];

/** `benchmark`: seconds of one photo's protection in parts, median and spread over runs, and the peak memory. */
export function benchmarkCommand(): Command {
  return new Command('benchmark')
    .description('time the protection of one photo in parts (decode, noise, render, encode) and its memory')
    .argument('<photo>', 'a photo')
    .option('--runs <n>', 'counted runs, after one that is not counted', wholeNumber(1, 1000), 5)
    .option('--strength <strength>', 'as of protect', parseStrength, 8)
    .option('--threads <n>', 'threads of the computation', wholeNumber(1, 256))
    .option('--json', 'as JSON')
    .action((photo: string, options: Options) =>
      runCommand(options.json === true, () => benchmark(resolve(photo), options)),
    );
}

async function benchmark(photo: string, { runs, strength, threads, json }: Options): Promise<number> {
  const info = await inspectPhoto(photo);
  const runtimes = await commandLineRuntimes(generatorFolder()).plan('auto', threads ?? null);
  const opened = performance.now();
  const engine = await openEngine({ generatorFolder: generatorFolder(), runtimes, threads: threads ?? null });
  const open = (performance.now() - opened) / 1000;
  const folder = await mkdtemp(join(tmpdir(), 'stillgrain-benchmark-'));
  const seconds: Record<Part, number[]> = { decode: [], noise: [], render: [], encode: [], whole: [] };
  try {
    for (let run = 0; run <= runs; run++) {
      const started = performance.now();
      const { protection, copy } = await engine.protect({
        source: photo,
        settings: { rhoU: strength, targetClass: 0, seed: 1 },
        noisePath: join(folder, 'noise.png'),
        copyStem: join(folder, 'copy'),
        render: {
          format: 'same',
          quality: 95,
          longEdge: null,
          colour: 'keep',
          metadata: { exif: 'keep', xmp: 'keep' },
        },
      });
      if (run === 0) continue;
      seconds.whole.push((performance.now() - started) / 1000);
      // Decoding happens twice: once small for the canvas, once at full size for the rendering.
      seconds.decode.push(protection.seconds.decode + copy.seconds.decode);
      seconds.noise.push(protection.seconds.noise);
      seconds.render.push(copy.seconds.render);
      seconds.encode.push(copy.seconds.encode);
    }
  } finally {
    await engine.close();
    await closePhotoLibrary();
    await rm(folder, { recursive: true, force: true });
  }
  const result = {
    photo: { format: info.format, megapixels: (info.width * info.height) / 1e6 },
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads`,
    runtime: engine.runtime.name,
    runs,
    openSeconds: open,
    seconds: Object.fromEntries(PARTS.map((part) => [part, spread(seconds[part])])),
    // Kilobytes on every system but macOS, where Node converts too.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return EXIT.done;
  }
  const lines = [
    `${result.photo.megapixels.toFixed(1)} megapixels, ${result.photo.format}, ${result.runtime}, ${result.machine}, ${runs} runs`,
    '| part | median s | least | most |',
    '|---|---|---|---|',
    ...PARTS.map((part) => {
      const { median, least, most } = spread(seconds[part]);
      return `| ${part} | ${median.toFixed(2)} | ${least.toFixed(2)} | ${most.toFixed(2)} |`;
    }),
    `Opening the engine once: ${open.toFixed(2)} s. Peak memory: ${(result.peakMemoryBytes / 1e6).toFixed(0)} MB.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.done;
}

function spread(values: readonly number[]): { median: number; least: number; most: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? NaN,
    least: sorted[0] ?? NaN,
    most: sorted.at(-1) ?? NaN,
  };
}
