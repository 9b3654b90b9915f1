/** Work without a window: an icon in the tray while jobs go on, and how far they are in the dock or taskbar. */
import { app, Menu, Notification, Tray, type BrowserWindow } from 'electron';
import type { JobSummary } from '../ipc/contract.ts';
import { isUnderWay, progressInWords, shareDone } from './jobProgress.ts';

export interface BackgroundParts {
  /** Icon of the tray, a PNG. */
  icon: string;
  window: () => BrowserWindow | null;
  showWindow: () => void;
  jobs: () => readonly JobSummary[];
}

export class Background {
  readonly #parts: BackgroundParts;
  #tray: Tray | null = null;

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
  }

  /** The jobs are these now. Without a window, the program ends with the last of them. */
  update(jobs: readonly JobSummary[]): void {
    this.#parts.window()?.setProgressBar(shareDone(jobs) ?? -1);
    if (this.#tray === null) return;
    if (jobs.some(isUnderWay)) this.#tray.setToolTip(progressInWords(jobs));
    else this.#end(jobs);
  }

  /** The window has been closed: the program stays in the tray while there is work, else it ends. */
  windowClosed(): void {
    const jobs = this.#parts.jobs();
    if (!jobs.some(isUnderWay)) {
      app.quit();
      return;
    }
    this.#tray ??= this.#openTray();
    this.update(jobs);
  }

  /** The window is there again. */
  windowShown(): void {
    this.#tray?.destroy();
    this.#tray = null;
    this.update(this.#parts.jobs());
  }

  #openTray(): Tray {
    const tray = new Tray(this.#parts.icon);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open Stillgrain', click: () => this.#parts.showWindow() },
        { label: 'Quit (work goes on at the next start)', click: () => app.quit() },
      ]),
    );
    tray.on('click', () => this.#parts.showWindow());
    return tray;
  }

  #end(jobs: readonly JobSummary[]): void {
    if (Notification.isSupported()) new Notification({ title: 'Stillgrain', body: progressInWords(jobs) }).show();
    app.quit();
  }
}
