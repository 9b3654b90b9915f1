import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectPhoto } from '../../photo/index.ts';
import { openEngine } from '../../protect/index.ts';
import { spreadOf, type BenchmarkSection } from '../index.ts';
import { COPY } from '../jobHost.ts';
import type { SectionSetting } from './setting.ts';

const PARTS = ['decode', 'noise', 'render', 'encode', 'whole'] as const;

/** Seconds of one photo's protection in parts, in this process. */
export async function photoSection(
  photo: string,
  rhoU: number,
  { generatorFolder, runtimes, threads, rounds, onTurn }: SectionSetting,
): Promise<BenchmarkSection> {
  const info = await inspectPhoto(photo);
  const opened = performance.now();
  const engine = await openEngine({ generatorFolder, runtimes, threads });
  const openSeconds = (performance.now() - opened) / 1000;
  const folder = await mkdtemp(join(tmpdir(), 'stillgrain-benchmark-'));
  const seconds: Record<(typeof PARTS)[number], number[]> = {
    decode: [],
    noise: [],
    render: [],
    encode: [],
    whole: [],
  };
  try {
    for (let round = 0; round <= rounds; round++) {
      onTurn('photo', round);
      const started = performance.now();
      const { protection, copy } = await engine.protect({
        source: photo,
        settings: { rhoU, targetClass: 0, seed: 1 },
        noisePath: join(folder, 'noise.png'),
        copyStem: join(folder, 'copy'),
        render: COPY,
      });
      if (round === 0) continue;
      seconds.whole.push((performance.now() - started) / 1000);
      seconds.decode.push(protection.seconds.decode + copy.seconds.decode);
      seconds.noise.push(protection.seconds.noise);
      seconds.render.push(copy.seconds.render);
      seconds.encode.push(copy.seconds.encode);
    }
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
  const megapixels = (info.width * info.height) / 1e6;
  const spreads = Object.fromEntries(PARTS.map((part) => [part, spreadOf(seconds[part])]));
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  const runtime = engine.runtime.name;
  return {
    id: 'photo',
    title: 'One photo in parts',
    columns: ['part', 'median s', 'least', 'most'],
    rows: Object.entries(spreads).map(([part, { median, least, most }]) => [
      part,
      ...[median, least, most].map((value) => value.toFixed(2)),
    ]),
    notes: [
      `${megapixels.toFixed(1)} megapixels, ${info.format}, ${runtime}, ${rounds} rounds`,
      `Opening the engine once: ${openSeconds.toFixed(2)} s; peak memory: ${(peakMemoryBytes / 1e6).toFixed(0)} MB`,
    ],
    figures: {
      photo: { format: info.format, megapixels },
      runtime,
      rounds,
      openSeconds,
      seconds: spreads,
      peakMemoryBytes,
    },
  };
}
