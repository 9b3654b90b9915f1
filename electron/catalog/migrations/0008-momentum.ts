import type { Migration } from './index.ts';

/** The momentum μ of the steps that made a noise. Before noise version 4 there was none. */
export const momentum: Migration = {
  version: 8,
  name: 'momentum',
  sql: `ALTER TABLE protections ADD COLUMN momentum REAL NOT NULL DEFAULT 0;`,
};
