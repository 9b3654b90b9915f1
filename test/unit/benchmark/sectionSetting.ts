import type { SectionSetting } from '../../../engine/benchmark/sections/index.ts';

/** The shortest setting of a section: one thread, nobody to be compared with. */
export function settingWith(folder: string, more: Partial<SectionSetting> = {}): SectionSetting {
  return {
    generatorFolder: folder,
    rounds: 2,
    seconds: 0.001,
    pauseMs: 0,
    threads: 1,
    python: null,
    pythonScripts: folder,
    official: null,
    runtimes: [],
    onTurn: () => undefined,
    ...more,
  };
}
