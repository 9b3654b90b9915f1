import { expect, test } from 'vitest';
import type { ExportSummary } from '../../../../electron/ipc/contract.ts';
import { exportOutcome } from '../../../../electron/main/otherWork.ts';

const done: ExportSummary = { exportId: 1, folder: '/out', state: 'done', total: 3, written: 3, skipped: 0, failed: 0, failures: [], outdated: 0, stoppedBy: null }; // prettier-ignore

test.each([
  [0, '3 of 3 photos exported to “out”.'],
  [1, '3 of 3 photos exported to “out”. 1 photo has a newer protection to come, and went with the earlier one.'],
  [2, '3 of 3 photos exported to “out”. 2 photos have a newer protection to come, and went with the earlier one.'],
])('an export of which %i photos went with an earlier protection says so', (outdated, sentence) => {
  expect(exportOutcome({ ...done, outdated })).toBe(sentence);
});
