import { conditionName } from './evaluate.ts';
import type { EvaluationResult } from './types.ts';

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

/** The rows as Markdown: accuracy on clean held-out photos for each seed, mean and spread. */
export function rowsTable({ seeds, rows, chance }: EvaluationResult): string {
  const header = ['trained on', ...seeds.map((seed) => `seed ${seed}`), 'mean', 'spread'];
  const body = rows.map((row) => [
    conditionName(row),
    ...row.runs.map(({ accuracy }) => percent(accuracy)),
    percent(row.mean),
    points(row.spread),
  ]);
  body.push(['guessing', ...seeds.map(() => percent(chance)), percent(chance), '–']);
  const lines = [header, header.map((_, i) => (i === 0 ? '---' : '--:')), ...body];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A section of a Markdown file: the table with everything that is needed to repeat it. */
export function markdownReport(result: EvaluationResult, { command, date, machine }: TableContext): string {
  const { albums, protection, stranger, skipped, runtime, seconds } = result;
  const { network, epochs, batch } = stranger;
  const list = albums.map(({ name, training, heldOut }) => `${name} (${training} + ${heldOut})`).join(', ');
  const facts = [
    `Command: \`${command}\``,
    `Date: ${date}`,
    `Machine: ${machine}; runtime ${runtime}; ${Math.round(seconds)} s in all`,
    `Albums (training + held-out photos): ${list}`,
    `Protection: ${protectionInWords(protection)}`,
    `Stranger: residual network, widths ${network.widths.join('-')}, ${network.blocks} block(s) a stage, ` +
      `${network.inputSize} pixels, from nothing, ${epochs} epochs, batch ${batch}; accuracy on clean held-out photos ` +
      'after the last epoch, mean over the albums; spread is the standard deviation over the seeds',
    ...(skipped.length > 0 ? [`Photos left out of every row: ${skipped.length}`] : []),
  ];
  return `## Evaluation of ${date.slice(0, 10)}\n\n${rowsTable(result)}\n\n${facts.map((fact) => `- ${fact}`).join('\n')}\n`;
}

function protectionInWords(protection: EvaluationResult['protection']): string {
  if (!protection) return 'none (originals only)';
  const { copies, rhoU, generator, psnr } = protection;
  if (copies === 'given') return 'copies that were given';
  const quality = psnr === null ? '' : `, mean PSNR ${psnr.toFixed(1)} dB`;
  const by = generator ? `, generator ${generator.name} (${generator.sha256.slice(0, 12)})` : '';
  return `${rhoU ?? 0}/255${by}, lossless copies${quality}`;
}
