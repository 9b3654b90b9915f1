/** What may go wrong with an export, as sentences: with one photo, or with all that are left. */
import { toFailure, UserError, type Failure } from '../../engine/errors.ts';
import { fileFailure, nameOf } from '../../engine/files/index.ts';
import { Blocked } from '../blocked.ts';
import { HostStopped } from '../hosts/client.ts';
import type { ExportTarget } from './target.ts';

/** Why one photo has no copy. */
export function explainExport(thrown: unknown, name: string, path: string | null): Failure {
  if (thrown instanceof HostStopped) {
    return {
      code: 'runtime',
      problem: `Rendering “${name}” stopped in the middle.`,
      remedy: 'Close other programs to free memory and export it again.',
      file: path,
    };
  }
  return toFailure(fileFailure(path ?? name, thrown), path ?? undefined);
}

/** @throws Blocked when nothing can be written to the target any more: no other photo could be, either. */
export async function stopWithout(target: ExportTarget): Promise<void> {
  try {
    await target.check();
  } catch (thrown) {
    throw new Blocked(toFailure(thrown, target.folder));
  }
}

/** What the host says of the temporary file of a copy, told of the name that the copy was to have. */
export function asAbout(planned: string, outStem: string, thrown: unknown): unknown {
  if (!(thrown instanceof UserError) || thrown.file?.startsWith(outStem) !== true) return thrown;
  const problem = thrown.problem.replace(nameOf(thrown.file), () => nameOf(planned));
  return new UserError(thrown.code, problem, thrown.remedy, { file: planned, cause: thrown });
}
