import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { JobState, JobSummary } from '../../../../electron/ipc/contract.ts';
import { Background } from '../../../../electron/main/background.ts';
import type { OtherWork } from '../../../../electron/main/otherWork.ts';

/** As much of Electron as the background uses. */
const electron = vi.hoisted(() => {
  const seen = {
    quits: 0,
    tips: [] as string[],
    trays: 0,
    destroyed: 0,
    hasTrays: true,
    labels: [] as string[],
    told: [] as string[],
  };
  class Tray {
    constructor() {
      if (!seen.hasTrays) throw new Error('no icon');
      seen.trays++;
    }
    setContextMenu(): void {
      // Its labels are seen when the menu is built.
    }
    setToolTip(tip: string): void {
      seen.tips.push(tip);
    }
    on(): void {
      // Nobody clicks.
    }
    destroy(): void {
      seen.destroyed++;
    }
  }
  class Notification {
    readonly #body: string;
    static isSupported(): boolean {
      return true;
    }
    constructor({ body }: { body: string }) {
      this.#body = body;
    }
    show(): void {
      seen.told.push(this.#body);
    }
  }
  const Menu = {
    buildFromTemplate: (items: { label: string }[]) => (seen.labels = items.map(({ label }) => label)),
  };
  return { seen, app: { quit: () => seen.quits++ }, Tray, Notification, Menu };
});
vi.mock('electron', () => electron);

const { seen } = electron;

/** Work that is under way until it is ended. */
function work(words: string): OtherWork & { end: () => Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let running = true;
  const idle = async (): Promise<void> => {
    await promise;
  };
  const end = async (): Promise<void> => {
    running = false;
    resolve(undefined);
    await new Promise((turn) => setImmediate(turn));
  };
  return { words, isRunning: () => running, idle, outcome: () => `Done: ${words}.`, end };
}

function job(state: JobState): JobSummary {
  const done = state === 'done' ? 3 : 1;
  return { jobId: 1, albumId: 1, albumName: 'Sea', rhoU: 8, state, total: 3, done, failed: 0, underWay: [], secondsLeft: null, waitsFor: null, createdAt: '2026-11-22' }; // prettier-ignore
}

function open(otherWork: readonly OtherWork[], jobs: JobSummary[] = [], unread: string[] = []): Background {
  const showWindow = (): void => undefined;
  return new Background({
    icon: 'icon.png',
    window: () => null,
    showWindow,
    jobs: () => jobs,
    otherWork,
    unread: () => unread,
  });
}

describe('a closed window', () => {
  beforeEach(() =>
    Object.assign(seen, { quits: 0, tips: [], trays: 0, destroyed: 0, hasTrays: true, labels: [], told: [] }),
  );

  test('ends the program when nothing is under way', async () => {
    const done = work('adding photos');
    await done.end();
    open([done], [job('done')]).windowClosed();
    expect(seen).toMatchObject({ quits: 1, trays: 0, told: [] });
  });

  test('lets an import or an export go on to its end', async () => {
    const [adding, exporting] = [work('adding photos'), work('exporting copies')];
    open([adding, exporting, { ...work('testing protection'), isRunning: () => false }]).windowClosed();
    expect(seen).toMatchObject({ quits: 0, trays: 1, tips: ['Under way: adding photos and exporting copies'] });
    expect(seen.labels).toEqual(['Open Stillgrain', 'Quit']);
    await adding.end();
    expect(seen.quits).toBe(0);
    await exporting.end();
    expect(seen).toMatchObject({ quits: 1, told: ['Done: adding photos.\nDone: exporting copies.'] });
  });

  test('waits for jobs and other work, whichever ends last', async () => {
    for (const jobLast of [false, true]) {
      Object.assign(seen, { quits: 0, told: [] });
      const adding = work('adding photos');
      const jobs = [job('running')];
      const background = open([adding], jobs);
      background.windowClosed();
      const endJob = (): void => {
        jobs[0] = job('done');
        background.update(jobs);
      };
      if (jobLast) await adding.end();
      else endJob();
      expect(seen.quits).toBe(0);
      if (jobLast) endJob();
      else await adding.end();
      expect(seen.quits).toBe(1);
      expect(seen.told).toEqual(['“Sea”: 3 of 3 photos protected\nDone: adding photos.']);
    }
  });

  test('that is open again keeps the program, and what ends then is waited for no more', async () => {
    const first = work('adding photos');
    const works: OtherWork[] = [first];
    const background = open(works);
    background.windowClosed();
    background.windowShown();
    // Taking the icon away while the desktop still looks for a place for it would end the program.
    expect(seen).toMatchObject({ trays: 1, destroyed: 0 });
    expect(seen.tips.at(-1)).toBe('Stillgrain');
    const second = work('exporting copies');
    works.push(second);
    background.windowClosed();
    expect(seen).toMatchObject({ trays: 1, destroyed: 0 });
    await first.end();
    expect(seen.quits).toBe(0);
    await second.end();
    expect(seen.quits).toBe(1);
  });

  test('goes on to its end where the system has no place for an icon', async () => {
    seen.hasTrays = false;
    const error = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => error.mockRestore());
    const adding = work('adding photos');
    open([adding]).windowClosed();
    expect(seen.quits).toBe(0);
    await adding.end();
    expect(seen).toMatchObject({ quits: 1, told: ['Done: adding photos.'] });
  });

  test('says nothing when the program is ended by its user', async () => {
    const adding = work('adding photos');
    const background = open([adding]);
    background.windowClosed();
    background.close();
    await adding.end();
    expect(seen).toMatchObject({ quits: 0, told: [] });
  });

  test('does not hide why a job is held', () => {
    const jobs = [job('running')];
    const background = open([], jobs, ['The disk is full.']);
    background.windowClosed();
    jobs[0] = job('paused');
    background.update(jobs);
    expect(seen.told).toEqual(['“Sea”: 1 of 3 photos protected\nThe disk is full.']);
  });
});
