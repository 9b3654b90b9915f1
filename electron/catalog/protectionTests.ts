import type { Database } from 'better-sqlite3';
import {
  protectionTestResult,
  testedNoise,
  type ProtectionTestResult,
  type TestedNoise,
} from '../ipc/protectionTest.ts';

export interface ProtectionTestRow {
  /** The album's newest protection when it was tested. */
  newestProtectionId: number;
  noise: TestedNoise;
  result: ProtectionTestResult;
  finishedAt: string;
}

interface Stored {
  albumId: number;
  newestProtectionId: number;
  noise: string;
  result: string;
  finishedAt: string;
}

/** The table `protection_tests`. Rows are only added; they go with their album. */
export class ProtectionTests {
  readonly #insert;
  readonly #last;

  constructor(db: Database) {
    this.#insert = db.prepare<[Stored]>(`
      INSERT INTO protection_tests (album_id, newest_protection_id, noise, result, finished_at)
      VALUES (@albumId, @newestProtectionId, @noise, @result, @finishedAt)`);
    this.#last = db.prepare<[number], Stored>(`
      SELECT album_id AS albumId, newest_protection_id AS newestProtectionId, noise, result, finished_at AS finishedAt
      FROM protection_tests WHERE album_id = +? ORDER BY id DESC LIMIT 1`);
  }

  insert(albumId: number, { newestProtectionId, noise, result, finishedAt }: ProtectionTestRow): void {
    this.#insert.run({
      albumId,
      newestProtectionId,
      noise: JSON.stringify(noise),
      result: JSON.stringify(result),
      finishedAt,
    });
  }

  /** The newest test of an album. */
  last(albumId: number): ProtectionTestRow | undefined {
    const row = this.#last.get(albumId);
    if (row === undefined) return undefined;
    return {
      newestProtectionId: row.newestProtectionId,
      noise: testedNoise.parse(JSON.parse(row.noise)),
      result: protectionTestResult.parse(JSON.parse(row.result)),
      finishedAt: row.finishedAt,
    };
  }
}
