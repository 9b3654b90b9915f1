import type { Spread } from './statistics.ts';

/** What one section of the benchmark found. */
export interface BenchmarkSection {
  /** Its name among the options and in JSON. */
  id: string;
  /** Its heading; a later run replaces the section of the same heading in a file. */
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Sentences on what was measured and how. */
  notes: readonly string[];
  /** The same as numbers; null when it was left out. */
  figures: object | null;
}

/** A section that could not be measured, and why. */
export function leftOut(id: string, title: string, why: string): BenchmarkSection {
  return { id, title, columns: [], rows: [], notes: [`Left out: ${why}`], figures: null };
}

/** `1.92 (1.88 to 1.97)`: the median and how far the rounds lay apart. */
export function inWords({ median, least, most }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}
