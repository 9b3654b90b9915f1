import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadPage, type PageWindow } from '../../../../electron/main/page.ts';

/** As much of a window as a page needs. */
class TestWindow extends EventEmitter implements PageWindow {
  readonly webContents = Object.assign(new EventEmitter(), { isCrashed: () => this.isCrashed });
  readonly loads: PromiseWithResolvers<undefined>[] = [];
  isGone = false;
  isCrashed = false;

  isDestroyed(): boolean {
    return this.isGone;
  }

  async loadURL(): Promise<void> {
    this.isCrashed = false;
    const load = Promise.withResolvers<undefined>();
    this.loads.push(load);
    await load.promise;
  }

  /** The load under way ends without a page. */
  async fail(): Promise<void> {
    this.loads.at(-1)?.reject(new Error('ERR_FAILED'));
    await vi.advanceTimersByTimeAsync(0);
  }

  async crash(): Promise<void> {
    this.isCrashed = true;
    this.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    await vi.advanceTimersByTimeAsync(0);
  }
}

function open(): { window: TestWindow; told: string[]; end: () => void } {
  const window = new TestWindow();
  const told: string[] = [];
  let isClosing = false;
  loadPage(window, {
    opened: () => told.push('opened'),
    closed: () => told.push('closed'),
    failed: () => told.push('failed'),
    isClosing: () => isClosing,
  });
  return { window, told, end: () => (isClosing = true) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the first page', () => {
  test('that cannot be loaded is told', async () => {
    const { window, told } = open();
    await window.fail();
    expect(told).toEqual(['failed']);
  });

  test('that is still loading when its window is closed has not failed', async () => {
    const { window, told } = open();
    window.isGone = true;
    window.emit('closed');
    await window.fail();
    expect(told).toEqual(['closed']);
  });

  test('that is still loading when the program ends has not failed', async () => {
    const { window, told, end } = open();
    end();
    await window.fail();
    expect(told).toEqual([]);
  });
});

describe('a page whose process dies', () => {
  test('is loaded again, and listens to nothing meanwhile', async () => {
    const { window, told } = open();
    window.webContents.emit('did-finish-load');
    await window.crash();
    expect([told, window.loads.length]).toEqual([['opened', 'closed'], 2]);
    window.webContents.emit('did-finish-load');
    expect(told).toEqual(['opened', 'closed', 'opened']);
  });

  test('while it loads is loaded again, and has not failed', async () => {
    const { window, told } = open();
    window.isCrashed = true;
    await window.fail();
    await window.crash();
    expect([told, window.loads.length]).toEqual([['closed'], 2]);
    await window.fail();
    expect(told).toEqual(['closed']);
  });

  test('again and again is loaded again only now and then', async () => {
    const { window } = open();
    for (let n = 0; n < 5; n++) await window.crash();
    expect(window.loads).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(window.loads).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(window.loads).toHaveLength(3);
  });

  test('is left alone when its window has gone or the program ends', async () => {
    for (const way of ['window', 'program']) {
      const { window, told, end } = open();
      if (way === 'window') window.isGone = true;
      else end();
      await window.crash();
      expect([told, window.loads.length]).toEqual([[], 1]);
    }
  });
});
