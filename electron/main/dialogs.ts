import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron';
import { supportedExtensions } from '../../engine/files/index.ts';

/** The questions that the system asks the user for us. */
export interface Dialogs {
  chooseFolders(): Promise<string[]>;
  chooseFiles(): Promise<string[]>;
  chooseExportFolder(): Promise<string | null>;
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
  };
}
