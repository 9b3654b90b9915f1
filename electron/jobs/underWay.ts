import type { PhotoProgress } from '../../engine/protect/types.ts';
import type { JobRow, TaskRow } from '../catalog/index.ts';

export interface PhotoUnderWay {
  readonly job: JobRow;
  task: TaskRow;
  name: string;
  progress: PhotoProgress | null;
  readonly abort: AbortController;
  /** The row that its file was found to be; null until then. */
  claimed: number | null;
  /** What it has cost so far: its part of the time, which all that are under way at once share. */
  seconds: number;
  /** Its job has been paused, and the user told, over another photo that was under way with it. */
  jobBlocked: boolean;
}

/** The photos of a job that are under way, in the order in which they were begun. Nothing here outlives the program. */
export class UnderWay {
  readonly #works = new Map<PhotoUnderWay, Promise<void>>();
  /** Until when the time has been shared. */
  #sharedAt = 0;
  #wake = (): void => undefined;

  get size(): number {
    return this.#works.size;
  }

  /** Those of a job. */
  of(jobId: number): PhotoUnderWay[] {
    return [...this.#works.keys()].filter(({ job }) => job.jobId === jobId);
  }

  /**
   * Whether a task may begin beside those that have. Jobs go one after the other; and a photo over which the engine has
   * died before is alone, so that no other is blamed when it dies again.
   */
  admits({ jobId, crashes }: TaskRow): boolean {
    for (const { task } of this.#works.keys()) {
      if (task.jobId !== jobId || task.crashes > 0 || crashes > 0) return false;
    }
    return true;
  }

  /** Begins a photo. When `work` throws, the photo stays until {@link allEnded}: what its rows say is not settled. */
  begin(job: JobRow, task: TaskRow, name: string, work: (photo: PhotoUnderWay) => Promise<void>): void {
    const photo: PhotoUnderWay = {
      job,
      task,
      name,
      progress: null,
      abort: new AbortController(),
      claimed: null,
      seconds: 0,
      jobBlocked: false,
    };
    this.#shareTime();
    const ended = work(photo).catch((thrown: unknown) => {
      photo.claimed = null;
      throw thrown;
    });
    this.#works.set(photo, ended);
  }

  /** The photo's rows say what has become of it. */
  end(photo: PhotoUnderWay): void {
    this.#shareTime();
    this.#works.delete(photo);
  }

  /**
   * Resolves when no other photo under way is the row `photoId`, and none will be before this one has ended. Two tasks
   * may come to be about one photo, when a file has become a copy of another.
   */
  async claim(photo: PhotoUnderWay, photoId: number): Promise<void> {
    for (let other = this.#holder(photoId); other !== undefined; other = this.#holder(photoId)) {
      // Its failure is its own, and heard by whoever waits for a change.
      await other.catch(() => undefined);
    }
    photo.claimed = photoId;
  }

  /** What the photo has cost until now, in seconds. */
  secondsOf(photo: PhotoUnderWay): number {
    this.#shareTime();
    return photo.seconds;
  }

  abortAll(): void {
    for (const { abort } of this.#works.keys()) abort.abort();
  }

  /** Resolves when one has ended or {@link wake} is called; rejects with what one's work has thrown. */
  change(): Promise<void> {
    return Promise.race([...this.#works.values(), new Promise<void>((resolve) => (this.#wake = resolve))]);
  }

  /** Whoever waits for a change looks now. */
  wake(): void {
    this.#wake();
  }

  /** Resolves when all have ended, well or not; then none is under way. */
  async allEnded(): Promise<void> {
    await Promise.allSettled(this.#works.values());
    this.#works.clear();
  }

  #holder(photoId: number): Promise<void> | undefined {
    for (const [photo, work] of this.#works) if (photo.claimed === photoId) return work;
    return undefined;
  }

  /**
   * How long a photo is under way says little when others are, too; the parts add up to the time that passed, and their
   * median is what one more photo costs.
   */
  #shareTime(): void {
    const now = performance.now();
    const part = (now - this.#sharedAt) / 1000 / this.#works.size;
    for (const photo of this.#works.keys()) photo.seconds += part;
    this.#sharedAt = now;
  }
}
