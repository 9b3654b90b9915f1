import type { Failure } from '../errors.ts';
import type { TableContext } from '../evaluate/index.ts';
import type { CurveReferences } from './curve.ts';
import { settingName } from './setting.ts';
import { photosTable, settingsTable, type SettingResult } from './table.ts';

/** All that one measurement of visibility found. */
export interface VisibilityOutcome {
  results: readonly SettingResult[];
  /** Null when no stranger was trained. */
  references: CurveReferences | null;
  /** Photos that were left out, and why. */
  failures: readonly Failure[];
  generator: { name: string; sha256: string };
}

/** What the stranger's accuracies are to be compared with, as a sentence. */
export const referencesInWords = ({ originals, chance }: CurveReferences): string =>
  `${originals === null ? '' : `Trained on originals: ${(100 * originals).toFixed(1)} %; `}guessing: ${(100 * chance).toFixed(1)} %.`;

/** A section of a Markdown file: the means with everything that is needed to repeat them; of one setting each photo. */
export function visibilityReport(
  { results, references, failures, generator }: VisibilityOutcome,
  { command, date, machine }: TableContext,
): string {
  const [only, ...others] = results;
  const facts = [
    `Command: \`${command}\``,
    `Date: ${date}`,
    `Machine: ${machine}; generator ${generator.name} (${generator.sha256.slice(0, 12)})`,
    `Means over ${only?.photos.length ?? 0} photos, the album classes in turn; of max |δ| the largest. Of the copies ` +
      'before encoding, at full size. At ρ_u: share of samples that differ by all of it. Budget: mean share of ρ_u that ' +
      'masking left.',
    ...(references ? [`Stranger: its accuracy on clean photos. ${referencesInWords(references)}`] : []),
    ...(failures.length > 0 ? [`Photos left out: ${failures.length}`] : []),
  ];
  const details =
    only && others.length === 0
      ? `\n<details><summary>${settingName(only)}: each photo</summary>\n\n${photosTable(only)}\n\n</details>\n`
      : '';
  const list = facts.map((fact) => `- ${fact}`).join('\n');
  return `## Visibility of ${date.slice(0, 10)}\n\n${settingsTable(results)}\n\n${list}\n${details}`;
}
