import type { RuntimeRow, RuntimeTable } from '../auto/index.ts';

const STATES: Readonly<Record<RuntimeRow['state'], string>> = {
  right: 'right',
  wrong: 'wrong',
  failed: 'not available',
  hung: 'no answer',
  dropped: 'dropped',
};

/** The table of Auto as lines of text: each candidate, whether it is right, how far off and how fast, and the choice. */
export function runtimeLines({ rows, chosen, why }: RuntimeTable): string[] {
  const cells = [
    ['', 'runtime', 'name', 'computes', 'median error', 'gradients/s'],
    ...rows.map(({ id, name, state, relativeError, seconds }) => [
      id === chosen ? '→' : ' ',
      id,
      name,
      STATES[state],
      relativeError === null ? '–' : relativeError.toExponential(1),
      seconds === null ? '–' : (1 / seconds).toPrecision(3),
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const reasons = rows.flatMap(({ name, reason }) => (reason === '' ? [] : [`  ${name}: ${reason}`]));
  return [...lines, ...reasons, `  ${why}`];
}
