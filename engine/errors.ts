/** What went wrong, for code that has to decide; the sentence for people is in {@link UserError.problem}. */
export type ErrorCode =
  | 'vanished'
  | 'unreadable'
  | 'empty'
  | 'not-a-photo'
  | 'corrupt'
  | 'unsupported'
  | 'multi-page'
  | 'too-large'
  | 'disk-full'
  | 'read-only'
  | 'unwritable'
  | 'name-taken'
  | 'too-long-name'
  | 'cancelled'
  | 'budget-exceeded'
  | 'runtime'
  | 'generator'
  | 'bad-setting'
  | 'catalog-locked'
  | 'catalog-corrupt'
  | 'catalog-too-new'
  | 'internal';

/**
 * An error that a user can cause or mend. `problem` says what happened, `remedy` what to do about it; both are
 * whole sentences that the interface and `--json` show as they are. Never shown: the stack, the cause.
 */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly remedy: string;
  /** The file that it is about, when there is one. */
  readonly file: string | undefined;

  constructor(code: ErrorCode, problem: string, remedy: string, options: { file?: string; cause?: unknown } = {}) {
    super(`${problem} ${remedy}`, { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.problem = problem;
    this.remedy = remedy;
    this.file = options.file;
  }
}

/** A `UserError` as data that survives `postMessage` and JSON. */
export interface Failure {
  code: ErrorCode;
  problem: string;
  remedy: string;
  file: string | null;
}

/** Any thrown thing as a {@link Failure}; what we did not foresee becomes `internal` with its message, no stack. */
export function toFailure(thrown: unknown, file?: string): Failure {
  if (thrown instanceof UserError) {
    return { code: thrown.code, problem: thrown.problem, remedy: thrown.remedy, file: thrown.file ?? file ?? null };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal',
    problem: `Something unexpected went wrong: ${message.replace(/\.?\s*$/, '.')}`,
    remedy: 'Try again; if it happens again, report it with this sentence.',
    file: file ?? null,
  };
}

/** The reverse of {@link toFailure}: for code that receives a failure and has to throw it. */
export function fromFailure(failure: Failure): UserError {
  return new UserError(
    failure.code,
    failure.problem,
    failure.remedy,
    failure.file === null ? {} : { file: failure.file },
  );
}
