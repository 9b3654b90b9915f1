import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, release, totalmem, type } from 'node:os';
import { Command } from 'commander';
import { toFailure } from '../errors.ts';
import { closePhotoLibrary, encodeNoise, decodeNoise } from '../photo/index.ts';
import { loadGenerator } from '../protect/index.ts';
import { generatorFolder } from './assets.ts';
import { wholeNumber } from './options.ts';
import { EXIT, runCommand } from './output.ts';
import { commandLineRuntimes } from './runtimes.ts';
import { runtimeLines } from './runtimeTable.ts';

/** One line of what was found; `ok` false where something does not work. */
interface Finding {
  what: string;
  found: string;
  ok: boolean;
}

/** `doctor`: what this machine has, and whether every part works on it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('tell what was found on this machine: versions, processor, disk, and try every way of computing')
    .option('--threads <n>', 'threads of the computation', wholeNumber(1, 256))
    .option('--json', 'as JSON')
    .action((options: { threads?: number; json?: true }) =>
      runCommand(options.json === true, async () => {
        const findings = await examine();
        const print = (line: string): void => void process.stdout.write(`${line}\n`);
        if (!options.json)
          for (const { what, found, ok } of findings) print(`${ok ? '✓' : '✗'} ${what.padEnd(22)} ${found}`);
        const runtimes = await commandLineRuntimes(generatorFolder()).measure(options.threads ?? null);
        if (options.json) print(JSON.stringify({ findings, runtimes }, null, 2));
        else for (const line of runtimeLines(runtimes)) print(line);
        return findings.every(({ ok }) => ok) && runtimes.chosen !== null ? EXIT.done : EXIT.someFailed;
      }),
    );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

async function examine(): Promise<Finding[]> {
  const disk = await statfs('.');
  const findings: Finding[] = [
    { what: 'system', found: `${type()} ${release()} ${process.arch}`, ok: true },
    { what: 'Node', found: process.version, ok: Number(process.versions.node.split('.')[0]) >= 22 },
    {
      what: 'processor',
      found: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`,
      ok: true,
    },
    { what: 'memory', found: `${gigabytes(freemem())} free of ${gigabytes(totalmem())}`, ok: true },
    { what: 'disk', found: `${gigabytes(disk.bavail * disk.bsize)} free here`, ok: disk.bavail * disk.bsize > 1e9 },
  ];
  findings.push(
    await finding('generator', async () => {
      const generator = await loadGenerator(generatorFolder());
      const { name, sha256, network } = generator.description;
      return `${name}, ${network.classes} classes, SHA-256 ${sha256.slice(0, 12)}…`;
    }),
    await finding('pictures (libvips)', async () => {
      const noise = { samples: Int8Array.of(-127, 0, 5, 127, 64, -3), width: 2, height: 1, rhoU: 8 };
      const { samples } = await decodeNoise(await encodeNoise(noise), 8);
      await closePhotoLibrary();
      if (samples.join() !== noise.samples.join()) throw new Error('a picture did not come back as it was written');
      return 'reads and writes';
    }),
  );
  return findings;
}

async function finding(what: string, find: () => Promise<string>): Promise<Finding> {
  try {
    return { what, found: await find(), ok: true };
  } catch (thrown) {
    const { problem, remedy } = toFailure(thrown);
    return { what, found: `${problem} ${remedy}`, ok: false };
  }
}
