/** Where a photo stands, in words and in the order that a user wants to see them. */
import type { PhotoStatus } from '../../../electron/ipc/contract.ts';

export const STATUS_WORDS: Readonly<Record<PhotoStatus, string>> = {
  new: 'Not protected',
  waiting: 'Waiting to be protected',
  protecting: 'Being protected',
  protected: 'Protected',
  failed: 'Could not be protected',
  missing: 'Original not found',
  stale: 'Changed since it was protected',
};

/** What needs attention comes first. */
export const STATUS_ORDER: Readonly<Record<PhotoStatus, number>> = {
  failed: 0,
  missing: 1,
  stale: 2,
  protecting: 3,
  waiting: 4,
  new: 5,
  protected: 6,
};
