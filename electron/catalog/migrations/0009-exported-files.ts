import type { Migration } from './index.ts';

/** Where exports have written copies is asked of every file that is added: a copy of ours is no original. */
export const exportedFiles: Migration = {
  version: 9,
  name: 'exported files',
  sql: `CREATE INDEX copies_file ON copies (file) WHERE export_id IS NOT NULL;`,
};
