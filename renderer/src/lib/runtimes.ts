/** The ways of computing, and what their trials came to, in words. */
import type { RuntimeRow } from '../../../electron/ipc/contract.ts';

const STATES: Readonly<Record<RuntimeRow['state'], string>> = {
  right: 'Yes',
  wrong: 'No',
  failed: 'Not available',
  hung: 'No answer',
  dropped: 'Failed at work',
};

/** Whether it computes correctly, in a word or two. */
export function stateInWords(state: RuntimeRow['state']): string {
  return STATES[state];
}

/** How far gradients were from the processor's, in the median: `0.0000027` → `0.0003 %`. */
export function deviation(relativeError: number | null): string {
  if (relativeError === null) return '–';
  if (relativeError === 0) return 'none';
  const percent = 100 * relativeError;
  return percent < 0.0001 ? 'below 0.0001 %' : `${Number(percent.toPrecision(1))} %`;
}

/** Gradients in a second, from the seconds of one: `0.0725` → `14`, `5.4` → `0.19`. */
export function perSecond(seconds: number | null): string {
  return seconds === null ? '–' : `${Number((1 / seconds).toPrecision(2))}`;
}
