import { runtimeName, untriedPlan, type PlannedRuntime, type RuntimeChoice, type RuntimeId } from './candidates.ts';
import type { RuntimeRow, RuntimeTable } from './types.ts';

/** The rows that compute correctly, the fastest first. */
function ranked(rows: readonly RuntimeRow[]): { id: RuntimeId; seconds: number }[] {
  return rows
    .flatMap(({ id, state, seconds }) => (state === 'right' && seconds !== null ? [{ id, seconds }] : []))
    .sort((a, b) => a.seconds - b.seconds);
}

/** The fastest of the rows that compute correctly, with the reason in words. */
export function chooseFastest(rows: readonly RuntimeRow[]): Pick<RuntimeTable, 'chosen' | 'why'> {
  const [first, second] = ranked(rows);
  if (first === undefined) return { chosen: null, why: 'Nothing computed correctly on this computer.' };
  const name = runtimeName(first.id);
  if (second === undefined) return { chosen: first.id, why: `${name} is the only one that computes correctly here.` };
  const times = second.seconds / first.seconds;
  return {
    chosen: first.id,
    why: `${name} computes correctly and is ${times.toFixed(times < 10 ? 1 : 0)} times as fast as the next, ${runtimeName(second.id)}.`,
  };
}

/**
 * What to compute with, in order: the choice (for `auto`, and where the choice has failed at work, the fastest), then
 * what else is right, for when it fails.
 */
export function planOf(choice: RuntimeChoice, { rows }: RuntimeTable): PlannedRuntime[] {
  const right = ranked(rows);
  const known = right.length > 0 ? right : untriedPlan();
  const row = rows.find(({ id }) => id === choice);
  if (choice === 'auto' || row?.state === 'dropped') return known;
  return [{ id: choice, seconds: row?.seconds ?? null }, ...known.filter(({ id }) => id !== choice)];
}

/** The table after a runtime has failed at work: it is not taken again until it is measured again. */
export function withoutDropped(table: RuntimeTable, dropped: RuntimeId, reason: string): RuntimeTable {
  const rows = table.rows.map((row) => (row.id === dropped ? { ...row, state: 'dropped' as const, reason } : row));
  return { ...table, rows, ...chooseFastest(rows) };
}
