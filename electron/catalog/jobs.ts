import type { Database } from 'better-sqlite3';
import type { Failure } from '../../engine/errors.ts';
import type { JobState } from '../ipc/contract.ts';

export interface JobRow {
  jobId: number;
  albumId: number;
  albumName: string;
  rhoU: number;
  targetClass: number;
  seed: number;
  state: JobState;
  createdAt: string;
}

export interface JobCounts {
  /** All tasks, cancelled ones too. */
  total: number;
  done: number;
  failed: number;
  /** Waiting or running. */
  left: number;
}

export type TaskState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export interface TaskRow {
  taskId: number;
  jobId: number;
  albumId: number;
  photoId: number;
  /** Names the files that the task writes. */
  key: string;
  state: TaskState;
  /** How often the engine has died over this photo. */
  crashes: number;
  protectionId: number | null;
}

interface FailureRow {
  code: Failure['code'];
  problem: string;
  remedy: string;
  file: string | null;
}

const JOB = `
  SELECT j.id AS jobId, j.album_id AS albumId, a.name AS albumName, j.rho_u AS rhoU, a.target_class AS targetClass,
    j.seed AS seed, j.state AS state, j.created_at AS createdAt
  FROM jobs j JOIN albums a ON a.id = j.album_id`;

const TASK = `
  SELECT id AS taskId, job_id AS jobId, album_id AS albumId, photo_id AS photoId, key, state, crashes,
    protection_id AS protectionId
  FROM tasks`;

/**
 * The tables `jobs` and `tasks`. A task goes waiting → running → done, failed or cancelled; failed → waiting when the
 * user retries it; cancelled → waiting when its photo comes back to the album; running → waiting at start, because
 * whoever ran it is gone.
 */
export class Jobs {
  readonly #insertJob;
  readonly #insertTask;
  readonly #job;
  readonly #listed;
  readonly #next;
  readonly #counts;
  readonly #setState;
  readonly #nextTask;
  readonly #task;
  readonly #running;
  readonly #waiting;
  readonly #crashed;
  readonly #done;
  readonly #failed;
  readonly #cancelOne;
  readonly #cancelWaiting;
  readonly #cancelWaitingPhoto;
  readonly #retry;
  readonly #failures;
  readonly #recent;
  readonly #repoint;
  readonly #interrupted;
  readonly #recoverTasks;
  readonly #recoverJobs;
  readonly #clear;
  readonly #byKey;
  readonly #waitingOfPhoto;
  readonly #reopen;

  constructor(db: Database) {
    this.#insertJob = db.prepare<[{ albumId: number; rhoU: number; seed: number; now: string }]>(
      `INSERT INTO jobs (album_id, rho_u, seed, state, created_at) VALUES (@albumId, @rhoU, @seed, 'waiting', @now)`,
    );
    this.#insertTask = db.prepare<[{ jobId: number; albumId: number; photoId: number; key: string }]>(
      `INSERT INTO tasks (job_id, album_id, photo_id, key, state) VALUES (@jobId, @albumId, @photoId, @key, 'waiting')`,
    );
    this.#job = db.prepare<[number], JobRow>(`${JOB} WHERE j.id = +?`);
    this.#listed = db.prepare<[], JobRow>(`${JOB} WHERE j.cleared_at IS NULL ORDER BY j.id`);
    this.#next = db.prepare<[], JobRow>(
      `${JOB} WHERE j.state IN ('running', 'waiting') ORDER BY j.state = 'waiting', j.id LIMIT 1`,
    );
    this.#counts = db.prepare<[number], JobCounts>(`
      SELECT coalesce(sum(tasks), 0) AS total, coalesce(sum(tasks) FILTER (WHERE state = 'done'), 0) AS done,
        coalesce(sum(tasks) FILTER (WHERE state = 'failed'), 0) AS failed,
        coalesce(sum(tasks) FILTER (WHERE state IN ('waiting', 'running')), 0) AS left
      FROM job_counts WHERE job_id = +?`);
    this.#setState = db.prepare<[{ jobId: number; state: JobState; finishedAt: string | null }]>(
      'UPDATE jobs SET state = @state, finished_at = @finishedAt WHERE id = +@jobId',
    );
    this.#nextTask = db.prepare<[number], TaskRow>(
      `${TASK} WHERE job_id = +? AND state = 'waiting' ORDER BY id LIMIT 1`,
    );
    this.#task = db.prepare<[number], TaskRow>(`${TASK} WHERE id = +?`);
    this.#running = db.prepare<[number]>(`UPDATE tasks SET state = 'running' WHERE id = +? AND state = 'waiting'`);
    this.#waiting = db.prepare<[number]>(`UPDATE tasks SET state = 'waiting' WHERE id = +? AND state = 'running'`);
    this.#crashed = db.prepare<[number]>(
      `UPDATE tasks SET state = 'waiting', crashes = crashes + 1 WHERE id = +? AND state = 'running'`,
    );
    this.#done = db.prepare<[{ taskId: number; protectionId: number; seconds: number | null }]>(`
      UPDATE tasks SET state = 'done', protection_id = @protectionId, seconds = @seconds
      WHERE id = +@taskId AND state = 'running'`);
    this.#failed = db.prepare<[FailureRow & { taskId: number }]>(`
      UPDATE tasks SET state = 'failed', failure_code = @code, failure_problem = @problem, failure_remedy = @remedy,
        failure_file = @file
      WHERE id = +@taskId AND state = 'running'`);
    this.#cancelOne = db.prepare<[number]>(`UPDATE tasks SET state = 'cancelled' WHERE id = +? AND state = 'running'`);
    this.#cancelWaiting = db.prepare<[number]>(
      `UPDATE tasks SET state = 'cancelled' WHERE job_id = +? AND state = 'waiting'`,
    );
    this.#cancelWaitingPhoto = db.prepare<[number, number]>(
      `UPDATE tasks SET state = 'cancelled' WHERE photo_id = +? AND album_id = +? AND state = 'waiting'`,
    );
    this.#retry = db.prepare<[number]>(`
      UPDATE tasks SET state = 'waiting', crashes = 0, failure_code = NULL, failure_problem = NULL,
        failure_remedy = NULL, failure_file = NULL
      WHERE job_id = +? AND state = 'failed' AND EXISTS (SELECT 1 FROM album_photos ap
        WHERE ap.album_id = tasks.album_id AND ap.photo_id = tasks.photo_id AND ap.removed_at IS NULL)`);
    this.#failures = db.prepare<[number], FailureRow>(`
      SELECT failure_code AS code, failure_problem AS problem, failure_remedy AS remedy, failure_file AS file
      FROM tasks WHERE job_id = +? AND state = 'failed' ORDER BY id`);
    this.#recent = db.prepare<[number, number], { seconds: number }>(`
      SELECT seconds FROM tasks WHERE job_id = +? AND state = 'done' AND seconds IS NOT NULL ORDER BY id DESC LIMIT +?`);
    this.#repoint = db.prepare<[number, number]>('UPDATE tasks SET photo_id = ? WHERE id = +?');
    this.#interrupted = db.prepare<[], { jobId: number }>(`
      SELECT job_id AS jobId FROM tasks WHERE state = 'running'
      UNION SELECT t.job_id FROM jobs j CROSS JOIN tasks t ON t.job_id = j.id AND t.state = 'waiting'
      WHERE j.state = 'cancelled'`);
    this.#recoverTasks = db.prepare<[], never>(`
      UPDATE tasks SET state = CASE (SELECT j.state FROM jobs j WHERE j.id = job_id)
        WHEN 'cancelled' THEN 'cancelled' ELSE 'waiting' END
      WHERE state = 'running'`);
    this.#recoverJobs = db.prepare<[], never>(`UPDATE jobs SET state = 'waiting' WHERE state = 'running'`);
    this.#clear = db.prepare<[string]>(
      `UPDATE jobs SET cleared_at = ? WHERE state IN ('done', 'cancelled') AND cleared_at IS NULL`,
    );
    this.#byKey = db.prepare<[string], TaskRow>(`${TASK} WHERE key = +?`);
    this.#waitingOfPhoto = db.prepare<[number, number], { taskId: number }>(
      `SELECT id AS taskId FROM tasks WHERE photo_id = +? AND album_id = +? AND state = 'waiting'`,
    );
    this.#reopen = db.prepare<[number]>(`
      UPDATE tasks SET state = 'waiting' WHERE id = +? AND state = 'cancelled'
        AND (SELECT j.state FROM jobs j WHERE j.id = tasks.job_id) IN ('waiting', 'running', 'paused')`);
  }

  /** Adds a job and its tasks; `tasks` in the order in which they are to be done. Call it in a transaction. */
  insert(
    job: { albumId: number; rhoU: number; seed: number },
    tasks: readonly { photoId: number; key: string }[],
    now: string,
  ): number {
    const jobId = Number(this.#insertJob.run({ ...job, now }).lastInsertRowid);
    for (const task of tasks) this.#insertTask.run({ jobId, albumId: job.albumId, ...task });
    return jobId;
  }

  find(jobId: number): JobRow | undefined {
    return this.#job.get(jobId);
  }

  /** Every job that the user has not cleared away, oldest first. */
  list(): JobRow[] {
    return this.#listed.all();
  }

  /** The job to work on: the one under way, else the oldest that waits. */
  next(): JobRow | undefined {
    return this.#next.get();
  }

  counts(jobId: number): JobCounts {
    return this.#counts.get(jobId) ?? { total: 0, done: 0, failed: 0, left: 0 };
  }

  setState(jobId: number, state: JobState, finishedAt: string | null = null): void {
    this.#setState.run({ jobId, state, finishedAt });
  }

  nextTask(jobId: number): TaskRow | undefined {
    return this.#nextTask.get(jobId);
  }

  findTask(taskId: number): TaskRow | undefined {
    return this.#task.get(taskId);
  }

  startTask(taskId: number): void {
    this.#running.run(taskId);
  }

  /** The task is to be done again later, through no fault of the photo. */
  returnTask(taskId: number): void {
    this.#waiting.run(taskId);
  }

  /** The engine died over this task: it is to be done again. */
  countCrash(taskId: number): void {
    this.#crashed.run(taskId);
  }

  finishTask(taskId: number, protectionId: number, seconds: number | null): void {
    this.#done.run({ taskId, protectionId, seconds });
  }

  failTask(taskId: number, failure: Failure): void {
    this.#failed.run({ taskId, ...failure });
  }

  cancelTask(taskId: number): void {
    this.#cancelOne.run(taskId);
  }

  cancelWaiting(jobId: number): void {
    this.#cancelWaiting.run(jobId);
  }

  /** Takes a photo of an album out of every job that has not begun it. */
  cancelWaitingPhoto(albumId: number, photoId: number): void {
    this.#cancelWaitingPhoto.run(photoId, albumId);
  }

  /** Failed tasks of photos that the album still has wait again. Answers how many. */
  retryFailed(jobId: number): number {
    return this.#retry.run(jobId).changes;
  }

  failures(jobId: number): Failure[] {
    return this.#failures.all(jobId);
  }

  /** Seconds that the job's last photos took, newest first. */
  recentSeconds(jobId: number, limit: number): number[] {
    return this.#recent.all(jobId, limit).map((row) => row.seconds);
  }

  /** The photo's content was found to be that of another row: the task is about that one. */
  repointTask(taskId: number, photoId: number): void {
    this.#repoint.run(photoId, taskId);
  }

  /** At start: whoever ran a task is gone, so it waits again. Answers the jobs of which a task has changed. */
  recover(): number[] {
    const jobIds = this.#interrupted.all().map((row) => row.jobId);
    this.#recoverTasks.run();
    // Earlier versions could leave a task waiting for a job that had been cancelled, and its photo with it.
    for (const jobId of jobIds) if (this.find(jobId)?.state === 'cancelled') this.cancelWaiting(jobId);
    this.#recoverJobs.run();
    return jobIds;
  }

  clearFinished(now: string): void {
    this.#clear.run(now);
  }

  /** The task whose files have this key in their names. */
  findTaskByKey(key: string): TaskRow | undefined {
    return this.#byKey.get(key);
  }

  /** The tasks of a photo of an album that no job has begun. */
  waitingTasks(albumId: number, photoId: number): number[] {
    return this.#waitingOfPhoto.all(photoId, albumId).map((row) => row.taskId);
  }

  /** A cancelled task waits again, if its job is not over. */
  reopenTask(taskId: number): void {
    this.#reopen.run(taskId);
  }
}
