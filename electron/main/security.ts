import type { App, Session } from 'electron';

/** The only addresses that a page of ours may load. */
const OWN_SCHEMES: ReadonlySet<string> = new Set(['app:', 'photo:', 'devtools:', 'blob:', 'data:']);

/** True for what stays inside the program: nothing else is ever loaded. */
export function isInside(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && OWN_SCHEMES.has(url.protocol);
}

/** Nothing leaves the machine, and no page gets a permission. */
export function closeSession(session: Session): void {
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isInside(details.url) }));
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // Chromium would fetch a dictionary at start, past the door above, even with its spell checker switched off.
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerLanguages([]);
}

/** No name of another machine is ever resolved, whatever part of Chromium asks. Must run before the app is ready. */
export function closeResolver(app: App): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND , EXCLUDE 127.0.0.1');
}

/** No page navigates away, opens a window or embeds another page. */
export function closeContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
