import type { Importer } from '../library/importer.ts';
import type { Handlers } from './handle.ts';

type Group =
  | 'library.chooseFolders'
  | 'library.chooseFiles'
  | 'library.import'
  | 'library.importSample'
  | 'library.importState'
  | 'library.cancelImport'
  | 'library.dismissImport';

export interface LibraryParts {
  importer: Importer;
  dialogs: { chooseFolders(): Promise<string[]>; chooseFiles(): Promise<string[]> };
  sampleFolder: string;
}

export function libraryHandlers({ importer, dialogs, sampleFolder }: LibraryParts): Pick<Handlers, Group> {
  return {
    'library.chooseFolders': () => dialogs.chooseFolders(),
    'library.chooseFiles': () => dialogs.chooseFiles(),
    'library.import': ({ paths, albumId }) => importer.start(paths, albumId),
    'library.importSample': () => importer.start([sampleFolder], null, { albumName: 'Sample album' }),
    'library.importState': () => importer.state,
    'library.cancelImport': () => {
      importer.cancel();
      return null;
    },
    'library.dismissImport': () => {
      importer.dismiss();
      return null;
    },
  };
}
