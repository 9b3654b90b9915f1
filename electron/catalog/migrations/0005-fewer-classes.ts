import type { Migration } from './index.ts';

/** Generator 2 had 16 classes (3 has 12: see `jobs/sharedClass.ts`); those of earlier albums had up to 24. */
export const fewerClasses: Migration = {
  version: 5,
  name: 'fewer classes',
  sql: 'UPDATE albums SET target_class = target_class % 16 WHERE target_class >= 16;',
};
