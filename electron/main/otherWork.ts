import { basename } from 'node:path';
import type { ExportSummary, ImportState } from '../ipc/contract.ts';

/** Work that is no job: it does not wait for the next start, and ends with the program. */
export interface OtherWork {
  /** What it is, in the middle of a sentence. */
  words: string;
  isRunning(): boolean;
  /** Resolves when none of it is under way. */
  idle(): Promise<void>;
  /** What came of the last of it, in sentences; for who had no window to see it in. */
  outcome(): string;
}

/** What came of the last import. */
export function importOutcome({ result, failure }: ImportState): string {
  if (failure !== null) return `Adding photos ended early. ${failure.problem} ${failure.remedy}`;
  return result?.sentence ?? 'Adding photos has ended.';
}

/** What came of the last export. */
export function exportOutcome(summary: ExportSummary | null): string {
  if (summary === null) return 'The export has ended.';
  const { written, total, failed, folder, stoppedBy } = summary;
  const sentences = [`${written} of ${total} ${total === 1 ? 'photo' : 'photos'} exported to “${basename(folder)}”.`];
  if (failed > 0) sentences.push(`${failed} could not be.`);
  if (stoppedBy !== null) sentences.push(`${stoppedBy.problem} ${stoppedBy.remedy}`);
  return sentences.join(' ');
}
