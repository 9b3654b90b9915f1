/** The program is closed: to pages that are not its own, to scripts that are not its own, and to the network. */
import { expect, test } from '@playwright/test';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { allProtected, importFolder, makeBench, protectAlbum, start } from './support.ts';

test.skip(process.platform !== 'linux', 'reads the sockets of the program from /proc');

/** Remote addresses of every internet socket that a process or its children hold, as /proc writes them. */
function remoteAddresses(pid: number): string[] {
  const inodes = new Set(
    family(pid).flatMap((one) =>
      list(`/proc/${one}/fd`).map((fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${one}/fd/${fd}`))?.[1] ?? ''),
    ),
  );
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[9] !== undefined && inodes.has(columns[9]))
      .map((columns) => columns[2]?.split(':')[0] ?? ''),
  );
}

/** A process and everything that it has started. */
function family(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
}

/** Processes and their sockets come and go while we look. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}
const list = (path: string) => orNothing(() => readdirSync(path), []);
const link = (path: string) => orNothing(() => readlinkSync(path), '');
const read = (path: string) => orNothing(() => readFileSync(path, 'utf8'), '');

/** Nowhere yet, or this machine itself: where Playwright's own connection to the program ends. */
const isHere = (address: string) =>
  /^0+$/.test(address) || /^(0{24}|0{16}FFFF0000)?[0-9A-F]{6}7F$/.test(address) || /^0{24}01000000$/.test(address);

test('nothing leaves the machine while an album is imported and protected', async () => {
  const asked: string[] = [];
  const proxy = createServer((socket) => {
    socket.once('data', (data) => {
      asked.push(data.toString().split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const { port } = proxy.address() as AddressInfo;
  const bench = makeBench(['cat.jpg', 'coffee-cup.jpg']);
  const program = await start(bench, [[bench.photos]], { args: [`--proxy-server=http://127.0.0.1:${port}`] });
  const { page } = program;
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  const remotes = new Set<string>();
  const watch = setInterval(() => {
    for (const address of remoteAddresses(program.process.pid!)) remotes.add(address);
  }, 250);
  try {
    await importFolder(page, 2);
    await protectAlbum(page, 'Subtle');
    await allProtected(page);
    // What a page tries on purpose ends at the program's own door.
    const answer = await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'answered',
        () => 'refused',
      ),
    );
    expect(answer).toBe('refused');
  } finally {
    clearInterval(watch);
    await program.close();
    proxy.close();
  }
  expect(asked, 'what the proxy was asked for').toEqual([]);
  const schemes = new Set(
    requested.filter((url) => !url.startsWith('https://example.com')).map((url) => url.split(':')[0]),
  );
  expect(
    [...schemes].toSorted().every((scheme) => ['app', 'photo'].includes(scheme!)),
    [...schemes].join(),
  ).toBe(true);
  expect(requested.length).toBeGreaterThan(2);
  expect(
    [...remotes].filter((address) => !isHere(address)),
    'sockets to other machines',
  ).toEqual([]);
  bench.remove();
});

test('the page is sandboxed, stays where it is and runs no foreign script', async () => {
  const bench = makeBench([]);
  const program = await start(bench);
  const { page, electron } = program;
  try {
    expect(page.url()).toBe('app://main/');
    const preferences = await electron!.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
    });
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });

    const inside = await page.evaluate(async () => {
      const scripted = await new Promise<string>((done) => {
        document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true });
        const script = document.createElement('script');
        script.textContent = 'document.title = "owned"';
        document.head.append(script);
      });
      const evaluated = ((): string => {
        try {
          const run: unknown = Reflect.construct(Function, ['return 1']);
          return typeof run;
        } catch (thrown) {
          return thrown instanceof Error ? thrown.name : 'thrown';
        }
      })();
      return {
        scripted,
        evaluated,
        title: document.title,
        node: typeof Reflect.get(globalThis, 'require') + typeof Reflect.get(globalThis, 'process'),
        opened: window.open('https://example.com/') === null,
        located: (await navigator.permissions.query({ name: 'geolocation' })).state,
        unknownPhoto: (await fetch('photo://original/999').catch(() => ({ ok: false }))).ok,
        climbed: (await fetch('app://main/..%2f..%2fpackage.json').catch(() => ({ ok: false }))).ok,
      };
    });
    expect(inside).toEqual({
      scripted: 'script-src-elem',
      evaluated: 'EvalError',
      title: 'Stillgrain',
      node: 'undefinedundefined',
      opened: true,
      located: 'denied',
      unknownPhoto: false,
      climbed: false,
    });

    // Asked of the main process: Playwright itself would wait for a navigation that never comes.
    const navigations = electron!.evaluate(
      ({ BrowserWindow }) =>
        new Promise<string[]>((done) => {
          const { webContents } = BrowserWindow.getAllWindows()[0]!;
          const left: string[] = [];
          webContents.on('did-navigate', (_event, url) => left.push(url));
          webContents.on('will-frame-navigate', () => setTimeout(() => done([...left, webContents.getURL()]), 500));
        }),
    );
    await electron!.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
        "setTimeout(() => location.assign('https://example.com/')); 0",
      ),
    );
    expect(await navigations).toEqual(['app://main/']);
  } finally {
    await program.close();
    bench.remove();
  }
});

test('requests of foreign pages and malformed requests are refused', async () => {
  const bench = makeBench([]);
  const program = await start(bench);
  try {
    const foreign = await program.electron!.evaluate(async ({ BrowserWindow }, preload) => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true },
      });
      await window.loadURL('data:text/html,<title>foreign</title>');
      const reply: unknown = await window.webContents.executeJavaScript("window.stillgrain.request('albums.list')");
      window.destroy();
      return reply;
    }, resolve('out/preload/index.cjs'));
    expect(foreign).toMatchObject({ ok: false });

    const replies = await program.page.evaluate(async () => {
      const api = window.stillgrain as unknown as { request(channel: string, input?: unknown): Promise<unknown> };
      return {
        wrongInput: await api.request('albums.create', { name: '' }),
        extraKeys: await api.request('albums.create', { name: 'A', admin: true }),
        unknownChannel: await (async () => api.request('app.quit'))().catch(() => 'refused'),
      };
    });
    expect(replies).toMatchObject({
      wrongInput: { ok: false },
      extraKeys: { ok: false },
      unknownChannel: 'refused',
    });
  } finally {
    await program.close();
    bench.remove();
  }
});
