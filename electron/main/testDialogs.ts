import { z } from 'zod';
import type { Dialogs } from './dialogs.ts';

const answers = z.array(z.array(z.string()));

/**
 * Dialogs that answer by themselves, for tests that drive the real program: a system dialog cannot be pressed by one.
 * @param json an array of answers, one for each dialog in the order they come up; each is an array of paths, empty
 * for one that is cancelled. After the last every dialog is cancelled. Whether to quit is always answered with yes.
 */
export function scriptedDialogs(json: string): Dialogs {
  const left = answers.parse(JSON.parse(json));
  const next = (): Promise<string[]> => Promise.resolve(left.shift() ?? []);
  return {
    chooseFolders: next,
    chooseFiles: next,
    chooseExportFolder: async () => (await next())[0] ?? null,
    confirmQuit: () => Promise.resolve(true),
  };
}
