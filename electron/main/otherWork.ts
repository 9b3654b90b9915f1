/** Work that is no job: it does not wait for the next start, and ends with the program. */
export interface OtherWork {
  /** What it is, in the middle of a sentence. */
  words: string;
  isRunning(): boolean;
  /** Resolves when none of it is under way. */
  idle(): Promise<void>;
}
