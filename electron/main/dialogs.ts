import { dialog, type BrowserWindow, type MessageBoxOptions, type OpenDialogOptions } from 'electron';
import { supportedExtensions } from '../../engine/files/index.ts';
import type { QuitQuestion } from './quitting.ts';

/** The questions that the system asks the user for us. */
export interface Dialogs {
  chooseFolders(): Promise<string[]>;
  chooseFiles(): Promise<string[]>;
  chooseExportFolder(): Promise<string | null>;
  /** Answers whether to quit all the same. */
  confirmQuit(question: QuitQuestion): Promise<boolean>;
}

/** The system's own dialogs, over the window. */
export function systemDialogs(window: () => BrowserWindow | null): Dialogs {
  async function ask(options: OpenDialogOptions): Promise<string[]> {
    const parent = window();
    const answer = await (parent === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
    return answer.canceled ? [] : answer.filePaths;
  }

  return {
    chooseFolders: () =>
      ask({
        title: 'Add folders of photos',
        buttonLabel: 'Add',
        properties: ['openDirectory', 'multiSelections'],
      }),
    chooseFiles: () =>
      ask({
        title: 'Add photos',
        buttonLabel: 'Add',
        properties: ['openFile', 'multiSelections'],
        filters: [
          { name: 'Photos', extensions: [...supportedExtensions] },
          { name: 'All files', extensions: ['*'] },
        ],
      }),
    chooseExportFolder: async () => {
      const [folder] = await ask({
        title: 'Export to',
        buttonLabel: 'Choose',
        properties: ['openDirectory', 'createDirectory'],
      });
      return folder ?? null;
    },
    confirmQuit: async (question) => {
      const [stay, quit] = [0, 1];
      const options: MessageBoxOptions = {
        ...question,
        type: 'warning',
        buttons: ['Go on', 'Quit anyway'],
        defaultId: stay,
        cancelId: stay,
        noLink: true,
      };
      const parent = window();
      const { response } = await (parent === null
        ? dialog.showMessageBox(options)
        : dialog.showMessageBox(parent, options));
      return response === quit;
    },
  };
}
