import type { Migration } from './index.ts';

/** The generators from class filters on have 16 classes; those of earlier albums had up to 24. */
export const fewerClasses: Migration = {
  version: 5,
  name: 'fewer classes',
  sql: 'UPDATE albums SET target_class = target_class % 16 WHERE target_class >= 16;',
};
