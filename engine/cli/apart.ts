import { realpath } from 'node:fs/promises';
import nodePath, { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { readFailure, systemCode } from '../files/index.ts';

/** True when `inner` is `outer` or lies below it; both absolute. @param system whose paths these are */
export function isWithin(inner: string, outer: string, system: nodePath.PlatformPath = nodePath): boolean {
  const way = system.relative(outer, inner);
  // From one drive to another there is no way but the whole path.
  return way !== '..' && !way.startsWith(`..${system.sep}`) && !system.isAbsolute(way);
}

/** The path without links; of a folder that is not there yet, as it will be. @throws UserError */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (thrown) {
    const parent = dirname(path);
    if (systemCode(thrown) !== 'ENOENT' || parent === path) throw readFailure(path, thrown);
    return join(await realPathOf(parent), basename(path));
  }
}

/**
 * Two folders of which neither lies in the other.
 * @param problem what would happen otherwise, a sentence
 * @param option that named the first
 * @throws UserError when one does, or cannot be found out
 */
export async function assertApart(folder: string, other: string, problem: string, option: string): Promise<void> {
  const [one, two] = [await realPathOf(folder), await realPathOf(other)];
  if (isWithin(one, two) || isWithin(two, one)) {
    throw new UserError('bad-setting', problem, `Choose another folder with ${option}.`);
  }
}
