import type { Exporter } from '../export/exporter.ts';
import type { Handlers } from './handle.ts';

type Group =
  | 'export.chooseFolder'
  | 'export.start'
  | 'export.list'
  | 'export.cancel'
  | 'export.clearEnded'
  | 'export.showInFolder';

export interface ExportParts {
  exporter: Exporter;
  dialogs: { chooseExportFolder(): Promise<string | null> };
  /** Opens the system's file manager at a file. */
  showInFolder: (path: string) => void;
}

export function exportHandlers({ exporter, dialogs, showInFolder }: ExportParts): Pick<Handlers, Group> {
  return {
    'export.chooseFolder': () => dialogs.chooseExportFolder(),
    'export.start': ({ albumId, photoIds, folder, preset }) => exporter.start(albumId, photoIds, folder, preset),
    'export.list': () => exporter.list(),
    'export.clearEnded': () => {
      exporter.clearEnded();
      return null;
    },
    'export.cancel': ({ exportId }) => {
      exporter.cancel(exportId);
      return null;
    },
    'export.showInFolder': ({ exportId }) => {
      showInFolder(exporter.shownPath(exportId));
      return null;
    },
  };
}
