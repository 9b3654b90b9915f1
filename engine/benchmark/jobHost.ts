import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { RUNTIME_IDS } from '../auto/index.ts';
import { toFailure } from '../errors.ts';
import { recodeJpeg, type RenderOptions } from '../photo/index.ts';
import { openEngine } from '../protect/index.ts';

/** What the process of a whole job is asked, one at a time; see `Peer`. */
export const jobRequest = z.discriminatedUnion('kind', [
  /** Makes the engine ready to protect photos. */
  z.object({
    kind: z.literal('open'),
    generatorFolder: z.string(),
    runtimes: z.array(z.object({ id: z.enum(RUNTIME_IDS), seconds: z.number().nullable() })).min(1),
    threads: z.number().int().min(1),
  }),
  /** Protects a photo once for each stem, overlapping, when it is open; else only decodes and encodes it, in turn. */
  z.object({ kind: z.literal('copy'), source: z.string(), stems: z.array(z.string()).min(1) }),
]);

export const jobReply = z.object({
  seconds: z.number(),
  /** The most memory that the process has had so far. */
  peakBytes: z.number(),
  /** Of the last photo's parts; none of decoding and encoding alone. */
  parts: z.record(z.string(), z.number()),
});
export type JobReply = z.infer<typeof jobReply>;

/** As the library keeps its copies. */
export const COPY = {
  format: 'same',
  quality: 95,
  longEdge: null,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
} as const satisfies RenderOptions;

interface Copier {
  atOnce: number;
  copy: (source: string, stem: string) => Promise<JobReply['parts']>;
}

/** Answers job requests until `input` ends. */
export function serveJobs(input: Readable, output: Writable): void {
  let copier: Copier = {
    atOnce: 1,
    copy: async (source, stem) => {
      await recodeJpeg(source, `${stem}.jpg`, COPY.quality);
      return {};
    },
  };

  async function answer(line: string): Promise<JobReply> {
    const request = jobRequest.parse(JSON.parse(line));
    const started = performance.now();
    let parts: JobReply['parts'] = {};
    if (request.kind === 'open') copier = await protection(request);
    else parts = await copyAll(copier, request.source, request.stems);
    const seconds = (performance.now() - started) / 1000;
    // Kilobytes on every system but macOS, where Node converts too.
    return { seconds, peakBytes: process.resourceUsage().maxRSS * 1024, parts };
  }

  createInterface({ input })
    .on('line', (line) => {
      answer(line)
        .catch((thrown: unknown) => ({ failed: toFailure(thrown).problem }))
        .then(
          (reply) => output.write(`${JSON.stringify(reply)}\n`),
          () => process.exit(1),
        );
    })
    .on('close', () => process.exit());
}

/** Every stem's copy, as many at once as keep the copier at work. @returns the parts of the last one */
async function copyAll({ atOnce, copy }: Copier, source: string, stems: readonly string[]): Promise<JobReply['parts']> {
  const waiting = stems.values();
  let parts: JobReply['parts'] = {};
  const lane = async (): Promise<void> => {
    for (const stem of waiting) parts = await copy(source, stem);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return parts;
}

async function protection(options: Parameters<typeof openEngine>[0]): Promise<Copier> {
  const engine = await openEngine(options);
  const copy: Copier['copy'] = async (source, stem) => {
    const { protection: noise, copy: written } = await engine.protect({
      source,
      settings: { rhoU: 8, targetClass: 0, seed: 1 },
      noisePath: `${stem}.noise.png`,
      copyStem: stem,
      render: COPY,
    });
    const { decode, render, encode } = written.seconds;
    // Decoding happens twice: once small for the canvas, once at full size for the rendering.
    return { decode: noise.seconds.decode + decode, noise: noise.seconds.noise, render, encode };
  };
  return { atOnce: engine.photosAtOnce, copy };
}
