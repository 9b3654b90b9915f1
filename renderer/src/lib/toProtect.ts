/** Which photos a job takes: what the dialog counts is what it asks for. */
import type { PhotoStatus } from '../../../electron/ipc/contract.ts';

/** No job can do these now: the original is not there, or one does them already. */
const BUSY: ReadonlySet<PhotoStatus | undefined> = new Set(['missing', 'waiting', 'protecting']);

export interface ToProtect {
  photoIds: readonly number[];
  /** All of them are protected already, and would be again. */
  again: boolean;
}

/** Of `ids`, those that a job takes. `onlyNew`: what is protected is left out, unless all of it is. */
export function toProtect(
  ids: readonly number[],
  statusOf: (id: number) => PhotoStatus | undefined,
  onlyNew: boolean,
): ToProtect {
  const possible = ids.filter((id) => !BUSY.has(statusOf(id)));
  const fresh = possible.filter((id) => statusOf(id) !== 'protected');
  return { photoIds: onlyNew && fresh.length > 0 ? fresh : possible, again: possible.length > 0 && fresh.length === 0 };
}
