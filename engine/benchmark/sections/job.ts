import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enlargeJpeg } from '../../photo/index.ts';
import { inWords, interleaved, ratiosOf, spreadOf, type BenchmarkSection, type Spread } from '../index.ts';
import { jobReply } from '../jobHost.ts';
import type { Peer } from '../peer.ts';
import type { SectionSetting } from './setting.ts';

export interface JobSetting extends SectionSetting {
  /** The photo that is enlarged: a JPEG. */
  photo: string;
  megapixels: readonly number[];
  /** A new process that serves jobs. */
  startHost: (name: string) => Peer;
}

/** One photo from beginning to end; a photo of an album, in which photos overlap; decoding and encoding alone. */
const CONTENDERS = ['photo', 'album', 'recoding'] as const;
type Contender = (typeof CONTENDERS)[number];

/** Photos of the album that is timed: its first and last overlap with one other only, as in every album. */
const ALBUM = 4;

interface Row {
  megapixels: number;
  /** Seconds for a photo. */
  seconds: Record<Contender, Spread>;
  /** Against decoding and encoding alone. */
  ratio: Record<Exclude<Contender, 'recoding'>, Spread>;
  /** Medians of the parts of one photo. */
  parts: Record<string, number>;
  peakBytes: Record<Contender, number>;
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
  const hosts: Record<Contender, Peer> = {
    photo: startHost('The protection'),
    album: startHost('The protection of an album'),
    recoding: startHost('Decoding and encoding'),
  };
  try {
    for (const host of [hosts.photo, hosts.album]) {
      await host.ask({ kind: 'open', generatorFolder, runtimes, threads }, jobReply);
    }
    const peakBytes = { photo: NaN, album: NaN, recoding: NaN };
    const parts: Record<string, number[]> = {};
    const turn = (name: Contender) => async (): Promise<number> => {
      const count = name === 'album' ? ALBUM : 1;
      const stems = Array.from({ length: count }, (_, index) => join(folder, `${name}-${index}`));
      const reply = await hosts[name].ask({ kind: 'copy', source, stems }, jobReply);
      peakBytes[name] = reply.peakBytes;
      if (name === 'photo') for (const [part, one] of Object.entries(reply.parts)) (parts[part] ??= []).push(one);
      return reply.seconds / count;
    };
    const all = await interleaved(
      { photo: turn('photo'), album: turn('album'), recoding: turn('recoding') },
      { rounds: rounds + 1, pauseMs, onTurn: (name, round) => onTurn(`${megapixels} megapixels, ${name}`, round) },
    );
    // The first round is not counted: code is compiled and memory taken.
    const [whole, album, recoding] = [all.photo.slice(1), all.album.slice(1), all.recoding.slice(1)];
    return {
      megapixels,
      seconds: { photo: spreadOf(whole), album: spreadOf(album), recoding: spreadOf(recoding) },
      ratio: { photo: spreadOf(ratiosOf(whole, recoding)), album: spreadOf(ratiosOf(album, recoding)) },
      parts: Object.fromEntries(Object.entries(parts).map(([part, each]) => [part, spreadOf(each.slice(1)).median])),
      peakBytes,
    };
  } finally {
    await Promise.all([...CONTENDERS.map((name) => hosts[name].close()), rm(source)]);
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
      'decode, noise, render, encode: seconds',
      'one photo, seconds',
      'of an album, seconds a photo',
      'decode + encode alone, seconds',
      'one photo / alone',
      'of an album / alone',
      'peak memory: one, album, alone, MB',
    ],
    rows: rows.map(({ megapixels, seconds, ratio, parts, peakBytes }) => [
      String(megapixels),
      (60 / seconds.album.median).toFixed(1),
      ['decode', 'noise', 'render', 'encode'].map((part) => (parts[part] ?? NaN).toFixed(2)).join(', '),
      ...CONTENDERS.map((name) => inWords(seconds[name])),
      `${inWords(ratio.photo)} ×`,
      `${inWords(ratio.album)} ×`,
      CONTENDERS.map((name) => megabytes(peakBytes[name])).join(', '),
    ]),
    notes: [
      'A JPEG made by enlarging a photo of the sample album; Standard strength, copies as JPEG of quality 95 with all metadata',
      `Of an album: ${ALBUM} photos, of which the noise of one is optimized while another is decoded, rendered or encoded; photos in a minute are of it`,
      `Alone: the same library decodes the photo and encodes it with the same quality, strip by strip, on one thread`,
      `${runtimes[0]?.id ?? ''}, ${threads} threads; processes that took turns for ${rounds} rounds after one that is not counted; memory is the most that each had`,
    ],
    figures: { rounds, threads, rows },
  };
}
