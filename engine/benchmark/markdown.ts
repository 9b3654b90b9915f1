import type { BenchmarkSection } from './section.ts';

/** What is needed to repeat a measurement. */
export interface BenchmarkContext {
  command: string;
  /** ISO 8601. */
  date: string;
  machine: string;
}

/** Rows under their columns as a Markdown table; the first column is text, the others numbers. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const lines = [columns, columns.map((_, i) => (i === 0 ? '---' : '--:')), ...escaped];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The section as it is shown: heading, table, what was measured. */
export function sectionMarkdown(section: BenchmarkSection): string {
  const { title, columns, rows, notes } = section;
  const table = rows.length > 0 ? [markdownTable(columns, rows), ''] : [];
  return [`## ${title}`, '', ...table, ...notes.map((note) => `- ${note}`), ''].join('\n');
}

const FIRST_LINES = `# Benchmarks

Written by \`npm run benchmark\` and its siblings with \`--table docs/benchmark.md\`; a section is replaced when it is
measured again. Ratios are of rounds in which the contenders took turns: the median, and in brackets the least and the most.
`;

/** The file `text` ('' for a new one) with this section in the place of the one of the same heading, else at the end. */
export function withSection(text: string, section: BenchmarkSection, context: BenchmarkContext): string {
  const { command, date, machine } = context;
  const facts = [`Command: \`${command}\``, `Date: ${date}`, `Machine: ${machine}`].map((fact) => `- ${fact}\n`);
  const written = `${sectionMarkdown(section)}${facts.join('')}`;
  const parts = (text === '' ? FIRST_LINES : text).trimEnd().split(/\n+(?=## )/);
  const at = parts.findIndex((part) => part === `## ${section.title}` || part.startsWith(`## ${section.title}\n`));
  if (at === -1) parts.push(written);
  else parts[at] = written;
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}
