import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile, systemCode } from '../../engine/files/index.ts';
import { settings as settingsSchema, type Settings, type SettingsChange } from '../ipc/contract.ts';

/** What a new installation starts with. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  rhoU: 8,
  runtime: 'auto',
  threads: null,
  priority: 'normal',
  workWhen: 'always',
  export: {
    format: 'jpeg',
    quality: 90,
    longEdge: 2048,
    colour: 'srgb',
    exif: 'strip-gps',
    naming: '{name}',
    conflict: 'unique',
  },
};

/** The user's settings, in `settings.json` beside the catalog. */
export class SettingsStore {
  /** A sentence for the user when the file could not be used, else null. */
  readonly notice: string | null;
  readonly #path: string;
  #value: Settings;
  #line: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#path = join(folder, 'settings.json');
    const read = readSettings(this.#path);
    this.#value = read ?? DEFAULT_SETTINGS;
    this.notice =
      read === null ? 'Your settings could not be read, so the usual ones are used. Check them in Settings.' : null;
  }

  get(): Settings {
    return this.#value;
  }

  /** Changes some settings; they hold at once and are on the disk when this resolves. */
  async set(change: SettingsChange): Promise<Settings> {
    const defined = Object.entries(change).filter(([, value]) => value !== undefined);
    const before = this.#value;
    const changed = settingsSchema.parse({ ...before, ...Object.fromEntries(defined) });
    this.#value = changed;
    const turn = this.#line.then(() => replaceFile(this.#path, `${JSON.stringify(changed, null, 2)}\n`));
    this.#line = turn.catch(() => undefined);
    try {
      await turn;
    } catch (thrown) {
      // What the window shows after this failure is what holds.
      if (this.#value === changed) this.#value = before;
      throw thrown;
    }
    return this.#value;
  }
}

/** The settings in the file, the defaults when there is none, null when it cannot be used. */
function readSettings(path: string): Settings | null {
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const parsed = settingsSchema.safeParse(withNewOnes(withCurrentNames(stored)));
    return parsed.success ? parsed.data : null;
  } catch (thrown) {
    return systemCode(thrown) === 'ENOENT' ? DEFAULT_SETTINGS : null;
  }
}

/** A file of an earlier version lacks the settings that are new since. */
function withNewOnes(stored: unknown): unknown {
  const some = z.record(z.string(), z.unknown()).safeParse(stored);
  return some.success ? { ...DEFAULT_SETTINGS, ...some.data } : stored;
}

/** The processor's runtime had another name before graphics cards could be chosen. */
function withCurrentNames(stored: unknown): unknown {
  const old = z.looseObject({ runtime: z.literal('onnx') }).safeParse(stored);
  return old.success ? { ...old.data, runtime: 'onnx/cpu' } : stored;
}
