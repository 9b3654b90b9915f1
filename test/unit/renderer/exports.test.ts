import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExportSummary } from '../../../electron/ipc/contract.ts';
import { exports } from '../../../renderer/src/state/exports.svelte.ts';
import { notices } from '../../../renderer/src/state/notices.svelte.ts';

const running: ExportSummary = {
  exportId: 1,
  folder: '/media/stick',
  state: 'running',
  total: 1200,
  written: 0,
  skipped: 0,
  failed: 0,
  failures: [],
  outdated: 0,
  stoppedBy: null,
};
const fullDisk = { code: 'disk-full', problem: 'No room.', remedy: 'Free some.', file: null } as const;

/** What is told of an export that ends like this. */
function told(end: Partial<ExportSummary>): { kind: string; sentence: string; action: string | null }[] {
  exports.take(running);
  exports.take({ ...running, ...end });
  return notices.list.map(({ kind, sentence, action }) => ({ kind, sentence, action: action?.label ?? null }));
}

describe('the end of an export that nobody watches', () => {
  beforeEach(() => {
    for (const { id } of notices.list) notices.dismiss(id);
    exports.watched = null;
    exports.list = [];
  });

  it('is told', () => {
    expect(told({ state: 'done', written: 1200 })).toEqual([
      { kind: 'success', sentence: '1,200 photos exported.', action: 'Show in folder' },
    ]);
  });

  it('is told with how many photos failed, however few reasons came along', () => {
    expect(told({ state: 'done', written: 1, failed: 1199 })).toEqual([
      { kind: 'warning', sentence: '1 photo exported, 1,199 could not be.', action: 'Show in folder' },
    ]);
  });

  it('is told with what was left out, and not as a success when nothing was written', () => {
    expect(told({ state: 'done', written: 0, skipped: 1200 })).toEqual([
      {
        kind: 'info',
        sentence: '0 photos exported. 1,200 left out, as the name was there already.',
        action: 'Show in folder',
      },
    ]);
  });

  it('is in the list of a window that is opened later', async () => {
    const request = () => Promise.resolve({ ok: true, value: [{ ...running, exportId: 2 }, running] });
    vi.stubGlobal('window', { stillgrain: { request } });
    exports.take({ ...running, exportId: 2, written: 5 });
    await exports.load();
    expect(exports.list.map(({ exportId, written }) => [exportId, written])).toEqual([
      [2, 5],
      [1, 0],
    ]);
  });

  it('is told as an error when something stopped it', () => {
    expect(told({ state: 'cancelled', written: 3, stoppedBy: fullDisk })).toEqual([
      {
        kind: 'error',
        sentence: 'The export to “stick” stopped after 3 of 1,200 photos. No room. Free some.',
        action: 'Show in folder',
      },
    ]);
  });

  it('offers no file of an export that wrote none', () => {
    expect(told({ state: 'cancelled', stoppedBy: fullDisk })).toMatchObject([{ kind: 'error', action: null }]);
  });

  it('is not told when the user cancelled it, or watched it end', () => {
    expect(told({ state: 'cancelled', written: 3 })).toEqual([]);
    exports.watched = 1;
    expect(told({ state: 'cancelled', stoppedBy: fullDisk })).toEqual([]);
  });
});
