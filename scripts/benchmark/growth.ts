/** How the catalog's work for one photo grows with the album: the arithmetic and the table. */
import { ratiosOf, spreadOf, inWords, type BenchmarkSection, type Spread } from '../../engine/benchmark/index.ts';

/** Microseconds for one photo (or one query), by size of the album, each a list by round. */
export type Times = Readonly<Record<number, readonly number[]>>;

/** The size that growth is told from, and to. */
export const GROWTH = { from: 1000, to: 100_000 } as const;

interface Operation {
  name: string;
  microseconds: Record<number, Spread>;
  /** Null where not both sizes were measured. */
  growth: Spread | null;
}

export function operationOf(name: string, times: Times): Operation {
  const microseconds = Object.fromEntries(Object.entries(times).map(([size, values]) => [size, spreadOf(values)]));
  const [from, to] = [times[GROWTH.from], times[GROWTH.to]];
  return { name, microseconds, growth: from && to ? spreadOf(ratiosOf(to, from)) : null };
}

const thousands = (n: number): string => n.toLocaleString('en-GB');

/**
 * @param operations times of each operation, by its name
 * @param measured how often, and of how many photos of an album the last step was taken
 */
export function catalogSection(
  operations: Readonly<Record<string, Times>>,
  { rounds, finished }: { rounds: number; finished: number },
): BenchmarkSection {
  const found = Object.entries(operations).map(([name, times]) => operationOf(name, times));
  const sizes = Object.keys(found[0]?.microseconds ?? {}).map(Number);
  return {
    id: 'catalog',
    title: 'The album at scale: the catalog',
    columns: [
      'microseconds, with this many photos',
      ...sizes.map(thousands),
      `${thousands(GROWTH.to)} against ${thousands(GROWTH.from)}`,
    ],
    rows: found.map(({ name, microseconds, growth }) => [
      name,
      ...sizes.map((size) => microseconds[size]?.median.toFixed(1) ?? '–'),
      growth === null ? '–' : `${inWords(growth)} ×`,
    ]),
    notes: [
      `The calls that the importer, the queue and the window make, on a catalog in a file; ${rounds} rounds, each of ` +
        'which makes catalogs of every size from nothing (of small sizes several), imports all photos and makes a job of ' +
        `them, and takes up to ${thousands(finished)} of them to done`,
      'Each finished photo is told to the window twice, with the counts of its job and of the albums',
    ],
    figures: { rounds, operations: found },
  };
}
