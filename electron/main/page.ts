/** The window's page: loaded, and loaded again when its process has died. */

const ADDRESS = 'app://main/';
/** A page that dies again and again is loaded again this often, so that it does not take the machine with it. */
const AGAIN_MS = 10_000;

/** As much of a window as its page needs. */
export interface PageWindow {
  webContents: {
    on(event: 'did-finish-load', listener: () => void): unknown;
    on(
      event: 'render-process-gone',
      listener: (event: unknown, details: { reason: string; exitCode: number }) => void,
    ): unknown;
    isCrashed(): boolean;
  };
  on(event: 'closed', listener: () => void): unknown;
  loadURL(address: string): Promise<void>;
  isDestroyed(): boolean;
}

export interface PageParts {
  /** The page has loaded, and listens. */
  opened: () => void;
  /** Nobody listens any more. */
  closed: () => void;
  /** The first page cannot be loaded: there is nothing to show. */
  failed: (thrown: unknown) => void;
  /** True when the program ends: what becomes of the page is of no interest. */
  isClosing: () => boolean;
}

export function loadPage(window: PageWindow, { opened, closed, failed, isClosing }: PageParts): void {
  const { webContents } = window;
  let reloadedAt = Number.NEGATIVE_INFINITY;
  let later: NodeJS.Timeout | null = null;
  const isOver = (): boolean => isClosing() || window.isDestroyed();

  const reload = (): void => {
    later = null;
    if (isOver()) return;
    reloadedAt = performance.now();
    window.loadURL(ADDRESS).catch((thrown: unknown) => console.error(thrown));
  };
  webContents.on('did-finish-load', opened);
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (isOver()) return;
    console.error(`The page has gone: ${reason} (${exitCode})`);
    closed();
    later ??= setTimeout(reload, Math.max(0, reloadedAt + AGAIN_MS - performance.now()));
  });
  window.on('closed', () => {
    if (later !== null) clearTimeout(later);
    closed();
  });
  window.loadURL(ADDRESS).catch((thrown: unknown) => {
    // A window that is closed while its page loads has not failed; a page that has died is loaded again.
    if (!isOver() && !webContents.isCrashed()) failed(thrown);
  });
}
