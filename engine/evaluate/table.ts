import { conditionName } from './conditions.ts';
import { ARCHITECTURES, NETWORKS } from './settings.ts';
import { meanOf } from './statistics.ts';
import type { EvaluationResult, EvaluationRow, TrainingRun } from './types.ts';

/** What a table says about itself, so that its figures can be repeated. */
export interface TableContext {
  command: string;
  /** ISO 8601. */
  date: string;
  /** Processor, cores and system. */
  machine: string;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const points = (share: number | null): string => (share === null ? '–' : `± ${(100 * share).toFixed(1)}`);

/**
 * The rows as Markdown: accuracy on clean held-out photos for each seed, mean and spread, and the mean of each model's
 * best epoch, which is what early stopping could reach with clean photos to choose by.
 */
export function rowsTable({ seeds, rows, chance }: EvaluationResult): string {
  const header = ['trained on', ...seeds.map((seed) => `seed ${seed}`), 'mean', 'spread', 'best epoch'];
  const body = rows.map((row) => [
    conditionName(row),
    ...row.runs.map(({ accuracy }) => percent(accuracy)),
    percent(row.mean),
    points(row.spread),
    percent(meanOf(row.runs.map(bestOf))),
  ]);
  body.push(['guessing', ...seeds.map(() => percent(chance)), percent(chance), '–', percent(chance)]);
  const lines = [header, header.map((_, i) => (i === 0 ? '---' : '--:')), ...body];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const bestOf = ({ accuracy, curve }: TrainingRun): number =>
  Math.max(accuracy, ...curve.map(({ heldOutAccuracy }) => heldOutAccuracy));

/** A section of a Markdown file: the table with everything that is needed to repeat it. */
export function markdownReport(result: EvaluationResult, { command, date, machine }: TableContext): string {
  const { albums, protection, stranger, rows, skipped, runtime } = result;
  const { network, epochs, batch } = stranger;
  const list = albums.map(({ name, training, heldOut }) => `${name} (${training} + ${heldOut})`).join(', ');
  const facts = [
    `Command: \`${command}\``,
    `Date: ${date}`,
    `Machine: ${machine}; runtime ${runtime}; ${timeInWords(result)}`,
    `Albums (training + held-out photos): ${list}`,
    `Protection: ${protectionInWords(protection)}`,
    `Stranger: residual network, widths ${network.widths.join('-')}, ${network.blocks} block(s) a stage, ` +
      `${network.inputSize} pixels, from nothing, ${epochs} epochs, batch ${batch}; accuracy on clean held-out photos ` +
      'after the last epoch, mean over the albums; spread is the standard deviation over the seeds; best epoch is what ' +
      'early stopping could reach with clean photos to choose by',
    ...others(rows),
    ...(skipped.length > 0 ? [`Photos left out of every row: ${skipped.length}`] : []),
  ];
  return `## Evaluation of ${date.slice(0, 10)}\n\n${rowsTable(result)}\n\n${facts.map((fact) => `- ${fact}`).join('\n')}\n`;
}

/** The trainings' own time: that of the last start alone would leave out what an earlier one had done. */
function timeInWords({ seconds, kept, rows }: EvaluationResult): string {
  const trainings = rows.reduce((sum, { runs }) => sum + runs.length, 0);
  const before = kept === 0 ? '' : ` (${kept} of ${trainings} trainings kept from an earlier start)`;
  return `${Math.round(seconds)} s of training, added up${before}`;
}

function protectionInWords(protection: EvaluationResult['protection']): string {
  if (!protection) return 'none (originals only)';
  const { copies, rhoU, generator, noiseVersion, psnr } = protection;
  if (copies === 'given') return 'copies that were given';
  const quality = psnr === null ? '' : `, mean PSNR ${psnr.toFixed(1)} dB`;
  const by = generator ? `, generator ${generator.name} (${generator.sha256.slice(0, 12)})` : '';
  return `${rhoU ?? 0}/255, noise version ${noiseVersion ?? 0}${by}, lossless copies${quality}`;
}

/** What the other networks of the table are. */
function others(rows: readonly EvaluationRow[]): string[] {
  return ARCHITECTURES.flatMap((name) => {
    const { widths, blocks } = NETWORKS[name];
    if (!widths || blocks === undefined || !rows.some(({ architecture }) => architecture === name)) return [];
    return [
      `${name}: ${widths.length > 1 ? 'widths' : 'width'} ${widths.join('-')}, ${blocks} a stage, trained the same way`,
    ];
  });
}
