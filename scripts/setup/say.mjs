/** What the set-up tells: on stderr, so that `--json` on stdout stays clean. */

/** Says one sentence about what is being done. */
export function say(sentence) {
  process.stderr.write(`[set-up] ${sentence}\n`);
}

/** Something the person at the keyboard can mend: what happened, and what to do. */
export class SetUpError extends Error {
  constructor(problem, remedy) {
    super(`${problem} ${remedy}`);
    this.name = 'SetUpError';
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** Seconds since `started` (from performance.now()), as people read them. */
export function secondsSince(started) {
  const seconds = (performance.now() - started) / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
}

/** Says every quarter of a minute that something is still going on; call what it gives to make it stop. */
export function keepTelling(doing) {
  const started = performance.now();
  const telling = setInterval(() => say(`  … still ${doing} (${secondsSince(started)})`), 15_000);
  return () => clearInterval(telling);
}

/**
 * Runs a script's `main` and turns what it throws into sentences and an exit code.
 *
 * @param {() => Promise<number>} main gives the exit code
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    tellFailure(error);
    process.exitCode = 1;
  }
}

/** Says what went wrong and what to do about it. */
export function tellFailure(error) {
  if (error instanceof SetUpError) {
    say(error.problem);
    say(error.remedy);
  } else {
    say(explainFileError(error) ?? `Something unexpected went wrong: ${error?.stack ?? error}`);
  }
}

/** A sentence for the file system's errors that set-up can meet anywhere, or null. */
function explainFileError(error) {
  const where = error?.path ?? error?.dest ?? 'a file';
  switch (error?.code) {
    case 'ENOSPC':
      return `The disk is full; ${where} could not be written. Free some space (the set-up needs about 2 GB) and run the same command again.`;
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return `${where} cannot be written. Put the checkout into a folder that belongs to you and run the same command again.`;
    default:
      return null;
  }
}
