import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enlargeJpeg } from '../../photo/index.ts';
import { inWords, interleaved, ratiosOf, spreadOf, type BenchmarkSection, type Spread } from '../index.ts';
import { jobReply, type JobReply } from '../jobHost.ts';
import type { Peer } from '../peer.ts';
import type { SectionSetting } from './setting.ts';

export interface JobSetting extends SectionSetting {
  /** The photo that is enlarged: a JPEG. */
  photo: string;
  megapixels: readonly number[];
  /** A new process that serves jobs. */
  startHost: (name: string) => Peer;
}

interface Row {
  megapixels: number;
  /** Seconds for a photo. */
  whole: Spread;
  recoding: Spread;
  ratio: Spread;
  /** Medians of the parts. */
  parts: Record<string, number>;
  peakBytes: { whole: number; recoding: number };
}

/** Photos in a minute by their size, and how many times decoding and encoding alone that takes. */
export async function jobSection(setting: JobSetting): Promise<BenchmarkSection> {
  const folder = await mkdtemp(join(tmpdir(), 'stillgrain-benchmark-'));
  try {
    const rows: Row[] = [];
    for (const megapixels of setting.megapixels) rows.push(await jobRow(megapixels, folder, setting));
    return sectionOf(rows, setting);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function jobRow(megapixels: number, folder: string, setting: JobSetting): Promise<Row> {
  const { photo, startHost, rounds, pauseMs, onTurn, generatorFolder, runtimes, threads } = setting;
  const source = join(folder, `${megapixels}.jpg`);
  await enlargeJpeg(photo, source, megapixels);
  // New for each size: a process never tells of less memory than before.
  const hosts = { whole: startHost('The protection'), recoding: startHost('Decoding and encoding') };
  try {
    await hosts.whole.ask({ kind: 'open', generatorFolder, runtimes, threads }, jobReply);
    const last: Partial<Record<keyof typeof hosts, JobReply>> = {};
    const parts: Record<string, number[]> = {};
    const turn = (name: keyof typeof hosts) => async (): Promise<number> => {
      const reply = await hosts[name].ask({ kind: 'copy', source, stem: join(folder, name) }, jobReply);
      last[name] = reply;
      for (const [part, seconds] of Object.entries(reply.parts)) (parts[part] ??= []).push(seconds);
      return reply.seconds;
    };
    const seconds = await interleaved(
      { whole: turn('whole'), recoding: turn('recoding') },
      { rounds: rounds + 1, pauseMs, onTurn: (name, round) => onTurn(`${megapixels} megapixels, ${name}`, round) },
    );
    // The first round is not counted: code is compiled and memory taken.
    const [whole, recoding] = [seconds.whole.slice(1), seconds.recoding.slice(1)];
    return {
      megapixels,
      whole: spreadOf(whole),
      recoding: spreadOf(recoding),
      ratio: spreadOf(ratiosOf(whole, recoding)),
      parts: Object.fromEntries(Object.entries(parts).map(([part, all]) => [part, spreadOf(all.slice(1)).median])),
      peakBytes: { whole: last.whole?.peakBytes ?? NaN, recoding: last.recoding?.peakBytes ?? NaN },
    };
  } finally {
    await Promise.all([hosts.whole.close(), hosts.recoding.close(), rm(source)]);
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

function sectionOf(rows: readonly Row[], { rounds, threads, runtimes }: JobSetting): BenchmarkSection {
  return {
    id: 'job',
    title: 'A photo from file to protected copy, by its size',
    columns: [
      'megapixels',
      'photos in a minute',
      'seconds',
      'decode, noise, render, encode',
      'decode + encode alone, seconds',
      'whole / alone',
      'peak memory, MB',
      'alone, MB',
    ],
    rows: rows.map(({ megapixels, whole, recoding, ratio, parts, peakBytes }) => [
      String(megapixels),
      (60 / whole.median).toFixed(1),
      inWords(whole),
      ['decode', 'noise', 'render', 'encode'].map((part) => (parts[part] ?? NaN).toFixed(2)).join(', '),
      inWords(recoding),
      `${inWords(ratio)} ×`,
      megabytes(peakBytes.whole),
      megabytes(peakBytes.recoding),
    ]),
    notes: [
      'A JPEG made by enlarging a photo of the sample album; Standard strength, copies as JPEG of quality 95 with all metadata',
      `Alone: the same library decodes the photo and encodes it with the same quality, strip by strip`,
      `${runtimes[0]?.id ?? ''}, ${threads} threads; two processes that took turns for ${rounds} rounds after one that is not counted; memory is the most that each had`,
    ],
    figures: { rounds, threads, rows },
  };
}
