/** Work without a window: an icon in the tray while it goes on, and how far the jobs are in the dock or taskbar. */
import { app, Menu, Notification, Tray, type BrowserWindow } from 'electron';
import type { JobSummary } from '../ipc/contract.ts';
import { inWords } from '../words.ts';
import { isUnderWay, progressInWords, shareDone } from './jobProgress.ts';
import type { OtherWork } from './otherWork.ts';

export interface BackgroundParts {
  /** Icon of the tray, a PNG. */
  icon: string;
  window: () => BrowserWindow | null;
  showWindow: () => void;
  jobs: () => readonly JobSummary[];
  otherWork: readonly OtherWork[];
  /** Sentences that the user should have read and has had no window for. */
  unread: () => readonly string[];
}

/** What was under way when the window was closed. */
interface Left {
  jobs: boolean;
  others: readonly OtherWork[];
  /** The others have ended; the jobs are asked. */
  othersEnded: boolean;
}

export class Background {
  readonly #parts: BackgroundParts;
  #left: Left | null = null;
  /**
   * Made at the first closed window with work, then kept: on Linux, an icon and its menu that go while the desktop still
   * looks for a place for them take the program with them.
   */
  #tray: Tray | null = null;

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
  }

  /** The jobs are these now. Without a window, the program ends with the last of them and of the other work. */
  update(jobs: readonly JobSummary[]): void {
    this.#parts.window()?.setProgressBar(shareDone(jobs) ?? -1);
    if (this.#left === null) return;
    const { others, othersEnded } = this.#left;
    if (jobs.some(isUnderWay)) this.#tray?.setToolTip(progressInWords(jobs));
    else if (othersEnded) this.#end(jobs, this.#left);
    else this.#tray?.setToolTip(`Under way: ${inWords(others.map(({ words }) => words))}`);
  }

  /** The window has been closed: the program stays in the tray while there is work, else it ends. */
  windowClosed(): void {
    const jobs = this.#parts.jobs();
    const others = this.#parts.otherWork.filter((work) => work.isRunning());
    if (others.length === 0 && !jobs.some(isUnderWay)) {
      app.quit();
      return;
    }
    const left: Left = { jobs: jobs.some(isUnderWay), others, othersEnded: others.length === 0 };
    this.#left = left;
    this.#tray ??= this.#openTray();
    this.update(jobs);
    if (left.othersEnded) return;
    void Promise.allSettled(others.map((work) => work.idle())).then(() => {
      left.othersEnded = true;
      // The window may be there again, or the program about to end.
      if (this.#left === left) this.update(this.#parts.jobs());
    });
  }

  /** The window is there again. */
  windowShown(): void {
    this.close();
    this.#tray?.setToolTip('Stillgrain');
    this.update(this.#parts.jobs());
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#left = null;
  }

  /** Answers null when the system has no place for an icon: the work goes on without one, and starting again opens the window. */
  #openTray(): Tray | null {
    try {
      const tray = new Tray(this.#parts.icon);
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: 'Open Stillgrain', click: () => this.#parts.showWindow() },
          // What that would end is asked then.
          { label: 'Quit', click: () => app.quit() },
        ]),
      );
      tray.on('click', () => this.#parts.showWindow());
      return tray;
    } catch (thrown) {
      console.error(thrown);
      return null;
    }
  }

  #end(jobs: readonly JobSummary[], left: Left): void {
    this.close();
    const sentences = [
      ...(left.jobs ? [progressInWords(jobs)] : []),
      ...left.others.map((work) => work.outcome()),
      ...this.#parts.unread(),
    ];
    if (Notification.isSupported()) new Notification({ title: 'Stillgrain', body: sentences.join('\n') }).show();
    app.quit();
  }
}
