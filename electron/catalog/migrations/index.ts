/** The catalog's schema as numbered steps. A step that has been released is never edited: a new one follows it. */
import { counts } from './0007-counts.ts';
import { exportedFiles } from './0009-exported-files.ts';
import { exportsMigration } from './0004-exports.ts';
import { fewerClasses } from './0005-fewer-classes.ts';
import { jobs } from './0003-jobs.ts';
import { library } from './0001-library.ts';
import { momentum } from './0008-momentum.ts';
import { protectionTests } from './0006-protection-tests.ts';
import { protections } from './0002-protections.ts';

export interface Migration {
  /** `user_version` after this step; the first is 1, without gaps. */
  version: number;
  name: string;
  sql: string;
}

export const migrations: readonly Migration[] = [
  library,
  protections,
  jobs,
  exportsMigration,
  fewerClasses,
  protectionTests,
  counts,
  momentum,
  exportedFiles,
];
