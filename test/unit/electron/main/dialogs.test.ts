import { beforeEach, expect, test, vi } from 'vitest';
import { systemDialogs } from '../../../../electron/main/dialogs.ts';

const electron = vi.hoisted(() => {
  const shown: unknown[] = [];
  const answer = { response: 0 };
  const showMessageBox = (...asked: unknown[]): Promise<{ response: number }> => {
    shown.push(...asked);
    return Promise.resolve(answer);
  };
  return { shown, answer, dialog: { showMessageBox } };
});
vi.mock('electron', () => electron);

beforeEach(() => void electron.shown.splice(0));

test.each([
  [0, false],
  [1, true],
])('whether to quit is asked so that Enter and Esc go on; button %i means it: %s', async (response, isMeant) => {
  electron.answer.response = response;
  const question = { message: 'Stillgrain is still exporting copies.', detail: 'Quitting ends that.' };
  expect(await systemDialogs(() => null).confirmQuit(question)).toBe(isMeant);
  expect(electron.shown).toMatchObject([{ ...question, buttons: ['Go on', 'Quit anyway'], defaultId: 0, cancelId: 0 }]);
});
