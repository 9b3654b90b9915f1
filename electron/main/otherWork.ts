import { basename } from 'node:path';
import type { ExportSummary, ImportState } from '../ipc/contract.ts';
import { count, photos } from '../words.ts';

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

/** What came of an export. */
export function exportOutcome(summary: ExportSummary): string {
  const { written, total, skipped, failed, outdated, folder, stoppedBy } = summary;
  const sentences = [`${count(written)} of ${photos(total)} exported to “${basename(folder)}”.`];
  if (skipped > 0) sentences.push(`${count(skipped)} left out, as the name was there already.`);
  if (failed > 0) sentences.push(`${count(failed)} could not be.`);
  if (written > 0 && outdated > 0) {
    const photos = outdated === 1 ? '1 photo has' : `${count(outdated)} photos have`;
    sentences.push(`${photos} a newer protection to come, and went with the earlier one.`);
  }
  if (stoppedBy !== null) sentences.push(`${stoppedBy.problem} ${stoppedBy.remedy}`);
  return sentences.join(' ');
}
