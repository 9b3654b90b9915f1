/**
 * The program is killed with SIGKILL at random moments of an album of 50 photos and started again, with the real
 * catalog, queue, engine and files, until the album is finished. KILL_SEED=<n> repeats the moments of a run.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openCatalog, type TaskState } from '../../../electron/catalog/index.ts';
import { isTemporaryName } from '../../../engine/files/index.ts';
import { isWholePng, png } from '../../fixtures/png.ts';

const PHOTOS = 50;
const KILLS = 20;
/** Photos that may be under way together, on a machine of whatever size. */
const MOST_AT_ONCE = 3;
const MINUTES = 60_000;

/** Mulberry32: small, seeded, good enough to choose moments. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Name, content and time of every file of a folder. */
function fingerprint(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, `${sha256Of(join(folder, name))} ${statSync(join(folder, name)).mtimeMs}`]),
  );
}

function makePhotos(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n++) {
    const wave = (x: number, y: number, c: number): number =>
      Math.round(127 + 90 * Math.sin(x / (5 + (n % 7)) + c) + 30 * Math.cos(y / 9 + n));
    writeFileSync(join(folder, `${n}.png`), png(96, 72, wave));
  }
}

interface Line {
  at: number;
  event: string;
  value: unknown;
}

/** One run of the program without a window. */
class Run {
  readonly lines: Line[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #heard: (() => void)[] = [];
  #output = '';

  constructor(data: string, photos: string) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'support/headless.ts'), data, photos], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Leader of a group, so that what it has started can be ended with it.
      detached: true,
    });
    this.#child.stderr?.on('data', (text: Buffer) => (this.#output += text.toString()));
    if (this.#child.stdout !== null) {
      createInterface(this.#child.stdout).on('line', (line) => {
        const told: unknown = JSON.parse(line);
        if (typeof told === 'object' && told !== null && 'event' in told && 'value' in told) {
          this.lines.push({ at: performance.now(), event: String(told.event), value: told.value });
        }
        this.#wakeAll();
      });
    }
    this.#ended = new Promise((done) =>
      this.#child.once('exit', () => {
        this.#wakeAll();
        done();
      }),
    );
  }

  #wakeAll(): void {
    for (const wake of this.#heard.splice(0)) wake();
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  count(event: string): number {
    return this.lines.filter((line) => line.event === event).length;
  }

  /** Milliseconds between the last two photos of this run, or null. */
  lastPhotoMs(): number | null {
    const [one, two] = this.lines.filter((line) => line.event === 'protected').slice(-2);
    return one === undefined || two === undefined ? null : two.at - one.at;
  }

  /** Waits until the event has been told so often, or the run is over. */
  async until(event: string, times = 1): Promise<void> {
    while (this.count(event) < times && !this.isOver) await new Promise<void>((wake) => this.#heard.push(wake));
  }

  /** Kills the main process alone, or everything it has started with it, and waits until all of it is gone. */
  async kill(whole: boolean): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the run did not start');
    if (!this.isOver) process.kill(whole ? -pid : pid, 'SIGKILL');
    await this.#ended;
    for (;;) {
      try {
        process.kill(-pid, 0);
      } catch {
        return;
      }
      await setTimeout(10);
    }
  }

  /** Waits for its own end and asserts that it was a good one. */
  async finish(): Promise<void> {
    await this.#ended;
    expect(this.#child.exitCode, this.#output).toBe(0);
  }
}

interface Snapshot {
  states: TaskState[];
  /** File and hash of what each finished task has written. */
  finished: Map<number, string>;
}

/** Looks at what a kill has left, in a copy, so that looking mends nothing. */
function look(data: string): Snapshot | null {
  if (!existsSync(join(data, 'catalog.db'))) return null;
  const copy = mkdtempSync(join(tmpdir(), 'stillgrain-look-'));
  try {
    for (const name of readdirSync(data)) {
      if (name.startsWith('catalog.db')) cpSync(join(data, name), join(copy, name));
    }
    const { catalog, notices } = openCatalog(copy);
    expect(notices).toEqual([]);
    const states: TaskState[] = [];
    const finished = new Map<number, string>();
    for (let taskId = 1; ; taskId++) {
      const task = catalog.jobs.findTask(taskId);
      if (task === undefined) break;
      states.push(task.state);
      if (task.protectionId === null) continue;
      const protection = catalog.protections.find(task.protectionId);
      const libraryCopy = catalog.protections.libraryCopy(task.protectionId);
      if (protection === undefined || libraryCopy === undefined) throw new Error(`task ${taskId} is done by nothing`);
      const noise = join(data, protection.noiseFile);
      const copied = join(data, libraryCopy.file);
      expect(sha256Of(noise)).toBe(protection.noiseSha256);
      expect(statSync(copied).size).toBe(libraryCopy.bytes);
      finished.set(
        taskId,
        `${protection.protectionId} ${statSync(noise).mtimeMs} ${sha256Of(copied)} ${statSync(copied).mtimeMs}`,
      );
    }
    catalog.close();
    return { states, finished };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function expectWholeFiles(data: string): void {
  for (const folder of ['noise', 'copies']) {
    if (!existsSync(join(data, folder))) continue;
    for (const name of readdirSync(join(data, folder))) {
      if (isTemporaryName(name)) continue;
      expect(isWholePng(readFileSync(join(data, folder, name))), `${folder}/${name}`).toBe(true);
    }
  }
}

function temporaryFiles(data: string): string[] {
  return ['noise', 'copies'].flatMap((folder) => readdirSync(join(data, folder)).filter(isTemporaryName));
}

function setUp(count: number): { data: string; photos: string } {
  const folder = mkdtempSync(join(tmpdir(), 'stillgrain-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const photos = join(folder, 'photos');
  makePhotos(photos, count);
  return { data: join(folder, 'data'), photos };
}

beforeAll(() => {
  if (!existsSync(resolve('out/main/engineHost.js'))) throw new Error('There is no build: run npm run test:unit.');
});

describe('kill -9', () => {
  test(`at ${KILLS} random moments of an album of ${PHOTOS}`, { timeout: 10 * MINUTES }, async () => {
    const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
    console.log(`KILL_SEED=${seed}`);
    const random = randomFrom(seed);
    const { data, photos } = setUp(PHOTOS);
    const originals = fingerprint(photos);
    let before: Snapshot = { states: [], finished: new Map() };
    let photoMs = 300;

    for (let kill = 1; kill <= KILLS; kill++) {
      const run = new Run(data, photos);
      const left = PHOTOS - before.finished.size;
      // So many photos further, and then somewhere in the next one; or somewhere in the start. Near the end hardly
      // further, so that something is left for every kill.
      const isNearEnd = left <= 2 * (KILLS - kill + 2);
      const further = isNearEnd ? 0 : Math.floor(random() * Math.min(5, left - 3));
      if (further > 0 || random() < 0.7) await run.until('open');
      await run.until('protected', further);
      photoMs = run.lastPhotoMs() ?? photoMs;
      await setTimeout(random() * photoMs * (isNearEnd ? 1 : 1.5));
      expect(run.isOver).toBe(false);
      await run.kill(random() < 0.5);

      expectWholeFiles(data);
      expect(fingerprint(photos)).toEqual(originals);
      const after = look(data);
      if (after === null) continue;
      if (after.states.length > 0) {
        // All tasks in one transaction, or none.
        expect(after.states).toHaveLength(PHOTOS);
        const notDone = after.states.filter((state) => state !== 'done');
        expect(notDone.every((state) => state === 'waiting' || state === 'running')).toBe(true);
        expect(notDone.filter((state) => state === 'running').length).toBeLessThanOrEqual(MOST_AT_ONCE);
      }
      // What was finished is finished still, by the same protection, and nobody has written its files again.
      for (const [taskId, files] of before.finished) expect(after.finished.get(taskId)).toBe(files);
      before = after;
      console.log(`kill ${kill}: ${after.finished.size} of ${PHOTOS} done`);
    }

    expect(before.finished.size).toBeLessThan(PHOTOS);
    const last = new Run(data, photos);
    await last.finish();
    expect(last.count('idle')).toBe(1);
    const end = look(data);
    expect(end?.states).toEqual(Array.from({ length: PHOTOS }, () => 'done'));
    for (const [taskId, files] of before.finished) expect(end?.finished.get(taskId)).toBe(files);
    expectWholeFiles(data);
    expect(temporaryFiles(data)).toEqual([]);
    expect(fingerprint(photos)).toEqual(originals);
    // Exactly one protection for each photo: none was done twice.
    expect(readdirSync(join(data, 'noise'))).toHaveLength(PHOTOS);
    expect(readdirSync(join(data, 'copies'))).toHaveLength(PHOTOS);
    const protections = new Set([...(end?.finished.values() ?? [])].map((files) => files.split(' ')[0]));
    expect(protections).toEqual(new Set(Array.from({ length: PHOTOS }, (_, index) => String(index + 1))));
  });

  test('of the engine alone: it is started again and the album is finished', { timeout: 5 * MINUTES }, async () => {
    const { data, photos } = setUp(4);
    const run = new Run(data, photos);
    await run.until('protected', 1);
    await run.until('protecting', 2);
    const engine = run.lines.findLast((line) => line.event === 'engine')?.value;
    process.kill(Number(engine), 'SIGKILL');
    await run.finish();
    expect(run.count('engine')).toBe(2);
    expect(look(data)?.states).toEqual(['done', 'done', 'done', 'done']);
    expect(temporaryFiles(data).length).toBeLessThanOrEqual(2);
  });
});
