import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, release, totalmem, type } from 'node:os';
import { Command } from 'commander';
import { toFailure } from '../errors.ts';
import { closePhotoLibrary, encodeNoise, decodeNoise } from '../photo/index.ts';
import { loadGenerator, NoiseOptimizer, openRuntime, CANVAS_SIZE, type Generator } from '../protect/index.ts';
import { generatorFolder } from './assets.ts';
import { EXIT, runCommand } from './output.ts';

/** One line of what was found; `ok` false where something does not work. */
interface Finding {
  what: string;
  found: string;
  ok: boolean;
}

/** `doctor`: what this machine has, and whether every part works on it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('tell what was found on this machine: versions, processor, runtimes, disk')
    .option('--json', 'as JSON')
    .action((options: { json?: true }) =>
      runCommand(options.json === true, async () => {
        const findings = await examine();
        if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
        else
          for (const { what, found, ok } of findings)
            process.stdout.write(`${ok ? '✓' : '✗'} ${what.padEnd(22)} ${found}\n`);
        return findings.every(({ ok }) => ok) ? EXIT.done : EXIT.someFailed;
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
  const loaded: Generator[] = [];
  findings.push(
    await finding('generator', async () => {
      const generator = await loadGenerator(generatorFolder());
      loaded.push(generator);
      const { name, sha256, network } = generator.description;
      return `${name}, ${network.classes} classes, SHA-256 ${sha256.slice(0, 12)}…`;
    }),
    await finding('pictures (libvips)', async () => {
      const noise = { samples: Int8Array.of(-127, 0, 5, 127), width: 2, height: 2, rhoU: 8 };
      const { samples } = await decodeNoise(await encodeNoise(noise), 8);
      await closePhotoLibrary();
      if (samples.join() !== noise.samples.join()) throw new Error('a picture did not come back as it was written');
      return 'reads and writes';
    }),
  );
  for (const generator of loaded) {
    for (const choice of ['onnx', 'tfjs-cpu'] as const) {
      findings.push(await finding(`runtime ${choice}`, () => trial(choice, generator)));
    }
  }
  return findings;
}

/** Seconds that a runtime takes for the noise of one small picture: a trial, not a benchmark. */
async function trial(choice: 'onnx' | 'tfjs-cpu', generator: Generator): Promise<string> {
  const runtime = await openRuntime(choice, null);
  try {
    const optimizer = await NoiseOptimizer.open(generator, runtime);
    const side = CANVAS_SIZE.shortEdge;
    const canvas = { pixels: new Float32Array(3 * side * side).fill(0.5), width: side, height: side };
    const started = performance.now();
    const { loss } = await optimizer.optimize(canvas, { rhoU: 8, targetClass: 0, seed: 1 }, () => undefined);
    const seconds = (performance.now() - started) / 1000;
    await optimizer.dispose();
    return `works: the noise of one picture in ${seconds.toFixed(2)} s (loss ${loss.before.toFixed(2)} → ${loss.after.toFixed(2)})`;
  } finally {
    await runtime.close();
  }
}

async function finding(what: string, find: () => Promise<string>): Promise<Finding> {
  try {
    return { what, found: await find(), ok: true };
  } catch (thrown) {
    const { problem, remedy } = toFailure(thrown);
    return { what, found: `${problem} ${remedy}`, ok: false };
  }
}
