import type { Database } from 'better-sqlite3';
import type { ExportPreset, ExportSummary } from '../ipc/contract.ts';

export interface ExportRow {
  exportId: number;
  albumId: number;
  folder: string;
  state: ExportSummary['state'];
  total: number;
  written: number;
  skipped: number;
  failed: number;
}

interface NewExport extends ExportPreset {
  albumId: number;
  folder: string;
  total: number;
  now: string;
}

const COLUMNS = 'id AS exportId, album_id AS albumId, folder, state, total, written, skipped, failed';

/** The table `exports`: one row for each run, with its whole preset. */
export class Exports {
  readonly #byId;
  readonly #insert;
  readonly #count;
  readonly #finish;
  readonly #unfinished;

  constructor(db: Database) {
    this.#byId = db.prepare<[number], ExportRow>(`SELECT ${COLUMNS} FROM exports WHERE id = +?`);
    this.#insert = db.prepare<[NewExport]>(`
      INSERT INTO exports (album_id, folder, format, quality, long_edge, colour, exif, naming, conflict, state, total,
        created_at)
      VALUES (@albumId, @folder, @format, @quality, @longEdge, @colour, @exif, @naming, @conflict, 'running', @total,
        @now)`);
    this.#count = db.prepare<[{ exportId: number; written: number; skipped: number; failed: number }]>(
      'UPDATE exports SET written = @written, skipped = @skipped, failed = @failed WHERE id = +@exportId',
    );
    this.#finish = db.prepare<[ExportSummary['state'], number]>('UPDATE exports SET state = ? WHERE id = +?');
    this.#unfinished = db.prepare<[], ExportRow>(`SELECT ${COLUMNS} FROM exports WHERE state = 'running'`);
  }

  find(exportId: number): ExportRow | undefined {
    return this.#byId.get(exportId);
  }

  insert(albumId: number, folder: string, preset: ExportPreset, total: number, now: string): number {
    return Number(this.#insert.run({ ...preset, albumId, folder, total, now }).lastInsertRowid);
  }

  setCounts(exportId: number, counts: { written: number; skipped: number; failed: number }): void {
    this.#count.run({ exportId, ...counts });
  }

  setState(exportId: number, state: ExportSummary['state']): void {
    this.#finish.run(state, exportId);
  }

  /** Exports that a kill has cut short. */
  unfinished(): ExportRow[] {
    return this.#unfinished.all();
  }
}
