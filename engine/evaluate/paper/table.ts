import { METHODS } from '../../methods/index.ts';
import type { TableContext } from '../table.ts';
import type { PaperCell, PaperResult, PaperRow } from './types.ts';

const percent = (share: number): string => (100 * share).toFixed(1);

/** Accuracy on clean test pictures as Markdown: rows are the methods, columns the radii; mean, spread and each seed. */
export function paperTable({ radii, rows, chance }: PaperResult): string {
  const header = ['trained on', ...radii.map((radius) => (radius === 0 ? 'plainly' : `radius ${radius}/255`))];
  const body = rows.map((row) => [nameOf(row), ...row.cells.map(cellInWords)]);
  body.push(['guessing', ...radii.map(() => percent(chance))]);
  const lines = [header, header.map((_, i) => (i === 0 ? '---' : '--:')), ...body];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellInWords({ mean, spread, runs }: PaperCell): string {
  if (spread === null) return percent(mean);
  return `${percent(mean)} ± ${percent(spread)} (${runs.map(({ accuracy }) => percent(accuracy)).join(', ')})`;
}

const nameOf = ({ pictures }: PaperRow): string => (pictures === 'clean' ? 'clean pictures' : pictures.toUpperCase());

/** The paper's order: SEM keeps a stranger lowest, then REM, then EM. */
const ORDER = ['sem', 'rem', 'em'] as const;

/**
 * At which radii, and in which seeds, the paper's order shows, as a sentence for each radius; none where a row of it
 * was not evaluated.
 */
export function orderInWords({ radii, rows, seeds }: PaperResult): string[] {
  const inOrder = ORDER.map((name) => rows.find(({ pictures }) => pictures === name));
  return radii.flatMap((radius, column) => {
    const accuracies = inOrder.map((row) => row?.cells[column]?.runs.map(({ accuracy }) => accuracy));
    const [sem, rem, em] = accuracies;
    if (!sem || !rem || !em) return [];
    const holds = seeds.filter((_, i) => (sem[i] ?? NaN) < (rem[i] ?? NaN) && (rem[i] ?? NaN) < (em[i] ?? NaN));
    const at = radius === 0 ? 'In plain training' : `At radius ${radius}/255`;
    return [`${at} SEM < REM < EM holds in ${holds.length} of ${seeds.length} seeds.`];
  });
}

/** A section of a Markdown file: the table with everything that is needed to repeat it. */
export function paperReport(result: PaperResult, { command, date, machine }: TableContext): string {
  const { configuration, pictures, stranger, methods, runtime, seconds } = result;
  const { network, epochs, batch } = stranger;
  const facts = [
    `Command: \`${command}\``,
    `Date: ${date}`,
    `Machine: ${machine}; runtime ${runtime}; ${Math.round(seconds)} s of making noise and of training, added up (of one that was interrupted, since it went on)`,
    `CIFAR-10: ${pictures.training} training pictures with noise of at most 8/255, ${pictures.heldOut} clean test pictures`,
    `Surrogate and stranger: residual network, widths ${network.widths.join('-')}, ${network.blocks} block(s) a stage; ` +
      `the stranger trains from nothing, ${epochs} epochs, batch ${batch}, PGD-10 at the radius`,
    `Figures: accuracy in percent after the last epoch, mean ± standard deviation over the seeds (each seed); ` +
      'each seed has its own noise and its own stranger, whose first weights are not the surrogate’s',
    ...orderInWords(result),
  ];
  const settings = Object.entries(methods).map(([name, own]) => {
    const { title, source } = METHODS[name as keyof typeof METHODS];
    return `- ${name.toUpperCase()}: ${title}. ${source}. \`${JSON.stringify(own)}\``;
  });
  return [
    `## The paper's setting, ${configuration}, ${date.slice(0, 10)}`,
    paperTable(result),
    facts.map((fact) => `- ${fact}`).join('\n'),
    ...(settings.length > 0 ? ['Settings:', settings.join('\n')] : []),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}
